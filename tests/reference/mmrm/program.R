# Run in this folder: Rscript program.R > listing.txt
# Reads data.csv (made below once, if absent), writes expected.csv.
suppressMessages({ library(nlme); library(lme4); library(lmerTest); library(pbkrtest) })
rows <- list()
add <- function(case, options, key, value, tolerance, source) {
  if (is.numeric(value)) value <- sprintf("%.17g", value)
  rows[[length(rows) + 1]] <<- data.frame(case, options, key, value, tolerance, source)
}
finish <- function() {
  out <- do.call(rbind, rows)
  write.csv(out, "expected.csv", row.names = FALSE, quote = FALSE)
  cat("\n", nrow(out), "expected values written\n")
  print(R.version.string)
}
# data.csv: case, subject, visit, arm, response (empty: not observed), covariate0, factor0. orthodont: Potthoff & Roy (1964)
# as in nlme, arm 0 boys, 1 girls, covariate0 the age; sleep: Student (1908) as in R, two visits. The others are invented.
if (!file.exists("data.csv")) {
  set.seed(20)
  one <- function(case, subject, visit, arm, response, covariate0 = 0, factor0 = 0) data.frame(case, subject, visit, arm, response, covariate0, factor0)
  o <- as.data.frame(nlme::Orthodont)
  orthodont <- one("orthodont", match(o$Subject, sort(unique(as.character(o$Subject)))) , match(o$age, c(8, 10, 12, 14)) - 1, as.integer(o$Sex == "Female"), o$distance, o$age)
  night <- one("sleep", as.integer(sleep$ID), as.integer(sleep$group) - 1, 0, sleep$extra)
  draw <- function(case, n, arms, sigma, drop, hole, effect = 1) {
    v <- nrow(sigma); l <- t(chol(sigma)); base <- round(rnorm(n, 50, 8), 1); arm <- rep_len(0:(arms - 1), n); site <- sample(0:2, n, TRUE, c(3, 2, 1))
    all <- list()
    for (i in 1:n) {
      y <- 10 + 0.6 * base[i] + site[i] + effect * arm[i] * (1:v) + 2 * (1:v) + as.vector(l %*% rnorm(v))
      last <- which(runif(v) < drop); if (length(last)) y[seq(max(2, last[1]), v)] <- NA
      y[runif(v) < hole] <- NA
      all[[i]] <- one(case, i, 1:v - 1, arm[i], round(y, 2), base[i], site[i])
    }
    do.call(rbind, all)
  }
  s4 <- outer(c(4, 5, 6, 8), c(4, 5, 6, 8)) * 0.7^abs(outer(1:4, 1:4, "-"))
  missing <- draw("missing", 60, 3, s4, 0.08, 0.1); missing$response[missing$subject == 7] <- NA
  absent <- draw("absent_cell", 30, 2, s4 / 4, 0.05, 0.05); absent$response[absent$visit == 3 & absent$arm == 1] <- NA
  small <- draw("small", 14, 2, s4[1:3, 1:3], 0, 0.05); small$response[small$arm == 1] <- round(2.5 * small$response[small$arm == 1] - 60, 2)
  apart <- draw("apart", 24, 2, s4[1:3, 1:3], 0, 0); apart$response[apart$visit == ifelse(apart$subject %% 2 == 0, 0, 2)] <- NA
  write.csv(rbind(orthodont, night, missing, absent, small, apart), "data.csv", row.names = FALSE, quote = FALSE, na = "")
}
d <- read.csv("data.csv")
d <- d[!is.na(d$response), ]
nl <- paste("nlme", packageVersion("nlme")); control <- glsControl(tolerance = 1e-14, msTol = 1e-14, maxIter = 500, msMaxIter = 500)
# Fits of nlme::gls: likelihood, coefficients in the order of our columns, their covariance, and the covariance of visits.
models <- list(
  list("orthodont", "arm+visit+arm*visit", response ~ factor(arm) + factor(visit) + factor(arm):factor(visit)),
  list("orthodont", "arm+covariate0+arm*covariate0", response ~ factor(arm) + covariate0 + factor(arm):covariate0),
  list("missing", "arm+visit+arm*visit+covariate0+covariate0*visit+factor0", response ~ factor(arm) + factor(visit) + factor(arm):factor(visit) + covariate0 + covariate0:factor(visit) + factor(factor0)),
  list("apart", "arm+visit+covariate0", response ~ factor(arm) + factor(visit) + covariate0),
  list("small", "arm+visit+arm*visit", response ~ factor(arm) + factor(visit) + factor(arm):factor(visit)))
form <- ~ visit1 | subject
structures <- list(un = list(corSymm(form = form), varIdent(form = ~ 1 | visit)), arh1 = list(corAR1(form = form), varIdent(form = ~ 1 | visit)), ar1 = list(corAR1(form = form), NULL),
  csh = list(corCompSymm(form = form), varIdent(form = ~ 1 | visit)), cs = list(corCompSymm(form = form), NULL))
for (m in models) for (estimation in c("REML", "ML")) for (s in names(structures)) {
  if (m[[1]] == "apart" && s == "un") next
  dd <- d[d$case == m[[1]], ]; dd <- dd[order(dd$subject, dd$visit), ]; dd$visit1 <- dd$visit + 1
  fit <- tryCatch(gls(m[[3]], dd, correlation = structures[[s]][[1]], weights = structures[[s]][[2]], method = estimation, control = control), error = function(e) { cat(m[[1]], estimation, s, conditionMessage(e), "\n"); NULL })
  if (is.null(fit)) next
  o <- paste0("terms=", m[[2]], ";structure=", s, ";estimation=", tolower(estimation))
  cat("\n", m[[1]], o, "-2 log-likelihood", format(-2 * c(logLik(fit)), digits = 15), "\n"); print(summary(fit)$tTable, digits = 10)
  add(m[[1]], o, "minus_two_log_likelihood", -2 * c(logLik(fit)), 1e-10, nl)
  # Our order of the columns: interactions where the term stands, visits within arms; R puts interactions last, arms within visits.
  names_r <- names(coef(fit)); visits <- max(dd$visit)
  block <- ifelse(grepl("^factor\\(arm\\).*:factor\\(visit", names_r), 3, ifelse(grepl("^factor\\(arm", names_r) & !grepl(":", names_r), 1, ifelse(grepl("^factor\\(visit\\).$", names_r), 2, ifelse(names_r == "covariate0", 4, ifelse(grepl(":", names_r), 5, ifelse(grepl("factor0", names_r), 6, 0))))))
  visit_of <- as.integer(ifelse(block == 3, sub(".*visit\\)", "", names_r), 0)); arm_of <- as.integer(ifelse(block == 3, substr(sub("factor\\(arm\\)", "", names_r), 1, 1), 0)); ours <- order(block, arm_of, visit_of, seq_along(names_r))
  b <- coef(fit)[ours]; v <- vcov(fit)[ours, ours]; df <- nrow(dd) - length(b)
  # nlme scales the covariance of ML by N / (N - p).
  if (estimation == "ML") v <- v * df / nrow(dd)
  for (k in seq_along(b)) {
    oo <- paste0(o, ";inference=residual;column=", k - 1)
    se <- sqrt(v[k, k])
    # gls ends its search where the likelihood, not the estimate, stands still.
    add(m[[1]], oo, "column_estimate", b[[k]], sprintf("abs %.3g", 5e-5 * se), nl); add(m[[1]], oo, "column_se", se, 3e-5, nl); add(m[[1]], oo, "column_df", df, 0, nl)
  }
  # Covariance of a subject with all visits.
  r <- coef(fit$modelStruct$corStruct, unconstrained = FALSE); n <- visits + 1; cs <- diag(n)
  if (s == "un") { cs[lower.tri(cs)] <- r; cs[upper.tri(cs)] <- t(cs)[upper.tri(cs)] } else if (grepl("^ar", s)) cs <- r^abs(outer(1:n, 1:n, "-")) else cs[row(cs) != col(cs)] <- r
  sd <- fit$sigma * if (is.null(structures[[s]][[2]])) rep(1, visits + 1) else { w <- coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE); w[as.character(0:visits)] }
  sd <- unname(sd)
  for (i in 1:(visits + 1)) for (j in 1:i) add(m[[1]], paste0(o, ";row=", i - 1, ";column=", j - 1), "covariance", sd[i] * sd[j] * cs[i, j], sprintf("abs %.3g", 1e-4 * sd[i] * sd[j]), nl)
}
# Compound symmetry as a random intercept: lmerTest for Satterthwaite, pbkrtest for Kenward-Roger (expected information).
lt <- paste("lmerTest", packageVersion("lmerTest")); pk <- paste("pbkrtest", packageVersion("pbkrtest"))
tight <- lmerControl(optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-15, ftol_abs = 1e-15, maxeval = 1e5))
for (m in models[c(1, 2, 3, 4)]) {
  case <- m[[1]]; dd <- d[d$case == case, ]; dd <- dd[order(dd$subject, dd$visit), ]; dd$visit1 <- dd$visit + 1
  dd$arm <- factor(dd$arm); dd$visit <- factor(dd$visit); dd$factor0 <- factor(dd$factor0)
  f <- as.formula(gsub("factor\\((arm|visit|factor0)\\)", "\\1", paste(deparse(m[[3]], 500), "+ (1 | subject)")))
  fit <- lmerTest::lmer(f, dd, REML = TRUE, control = tight)
  o <- paste0("terms=", m[[2]], ";structure=cs"); cat("\n", case, o, "\n"); print(summary(fit)$coefficients, digits = 10)
  add(case, o, "minus_two_log_likelihood", -2 * c(logLik(fit)), 1e-10, paste("lme4", packageVersion("lme4")))
  vc <- as.data.frame(VarCorr(fit))$vcov
  add(case, paste0(o, ";index=0"), "parameter", vc[1], 2e-5, "lme4"); add(case, paste0(o, ";index=1"), "parameter", vc[2], 2e-5, "lme4")
  l <- fixef(fit) * 0
  kr <- vcovAdj(fit)
  for (k in which(!grepl(":", names(l)))) {
    l[] <- 0; l[k] <- 1; place <- k - 1; if (case == "missing" && names(l)[k] %in% c("covariate0", "factor01", "factor02")) { place <- 12 + match(names(l)[k], c("covariate0", "factor01", "factor02")) - 1; if (names(l)[k] != "covariate0") place <- place + 3 }
    s <- contest1D(fit, l, ddf = "Satterthwaite"); print(s)
    oo <- paste0(o, ";column=", place, ";inference="); at <- function(i) paste0(oo, i)
    add(case, at("satterthwaite"), "column_estimate", s$Estimate, 1e-6, lt); add(case, at("satterthwaite"), "column_se", s$`Std. Error`, 1e-6, lt)
    add(case, at("satterthwaite"), "column_df", s$df, 1e-4, lt); add(case, at("satterthwaite"), "column_p", s$`Pr(>|t|)`, 1e-4, lt)
    add(case, paste0(at("kr_linear"), ";information=expected"), "column_se", sqrt(kr[k, k]), 2e-6, pk)
    add(case, paste0(at("kr"), ";information=expected"), "column_df", get_Lb_ddf(fit, l), 1e-5, pk)
  }
  term <- function(pattern) grep(pattern, names(fixef(fit)))
  parts <- list(list(1, "^visit[0-9]$"), list(2, "^arm[0-9]:visit[0-9]$"), list(4, "^visit[0-9]:covariate0$|^covariate0:visit[0-9]$"), list(5, "^factor0[0-9]$"), list(2, "^arm[0-9]:covariate0$"))
  if (case == "orthodont" && grepl("visit", m[[2]])) parts <- parts[2]
  if (case == "orthodont" && !grepl("visit", m[[2]])) parts <- parts[5]
  if (case == "missing") parts <- parts[2:4]
  if (case == "apart") parts <- parts[1]
  for (p in parts) {
    k <- term(p[[2]]); L <- matrix(0, length(k), length(fixef(fit))); L[cbind(seq_along(k), k)] <- 1
    kt <- KRmodcomp(fit, L); print(kt); st <- contestMD(fit, L, ddf = "Satterthwaite"); print(st)
    oo <- paste0(o, ";term=", p[[1]], ";inference="); ke <- paste0(oo, "kr;information=expected"); t <- kt$test
    add(case, ke, "test_f", t["Ftest", "stat"], 2e-6, pk); add(case, ke, "test_df", t["Ftest", "ddf"], 1e-5, pk); add(case, ke, "test_p", t["Ftest", "p.value"], 1e-5, pk); add(case, ke, "test_scale", t["Ftest", "F.scaling"], 1e-5, pk)
    add(case, paste0(oo, "satterthwaite"), "test_f", st$`F value`, 2e-6, lt); add(case, paste0(oo, "satterthwaite"), "test_df", st$DenDF, 1e-4, lt)
  }
}
# Between and within degrees of freedom, except for the intercept, which nlme counts as within.
m <- models[[2]]; dd <- d[d$case == "orthodont", ]
fit <- lme(m[[3]], dd, random = ~ 1 | subject); tt <- summary(fit)$tTable; print(tt)
for (k in 2:4) add("orthodont", paste0("terms=", m[[2]], ";structure=cs;inference=between_within;column=", k - 1), "column_df", tt[k, "DF"], 0, nl)
# Two visits without arms: the paired t test (Student 1908, the nights of the sleep data).
pt <- with(sleep, t.test(extra[group == 2], extra[group == 1], paired = TRUE)); print(pt)
o <- "terms=visit;structure=un;column=1;inference=kr"
for (i in c("kr", "kr_linear", "satterthwaite")) {
  o <- paste0("terms=visit;structure=un;column=1;inference=", i)
  add("sleep", o, "column_estimate", pt$estimate[[1]], 1e-10, "R t.test"); add("sleep", o, "column_se", pt$stderr, 1e-10, "R t.test"); add("sleep", o, "column_df", pt$parameter[[1]], 1e-9, "R t.test")
  add("sleep", o, "column_t", pt$statistic[[1]], 1e-10, "R t.test"); add("sleep", o, "column_p", pt$p.value, 1e-9, "R t.test"); add("sleep", o, "column_lower", pt$conf.int[1], 1e-9, "R t.test"); add("sleep", o, "column_upper", pt$conf.int[2], 1e-9, "R t.test")
}
# SAS/STAT User's Guide, PROC MIXED, example "Repeated Measures" (Potthoff & Roy data, METHOD=ML), printed values.
sas <- "SAS/STAT PROC MIXED example Repeated Measures"; terms <- "terms=arm+covariate0+arm*covariate0;estimation=ml"
printed <- function(structure, index, values) for (k in seq_along(values)) add("orthodont", paste0(terms, ";structure=", structure, ";index=", index[k]), "parameter", values[k], "abs 6e-5", sas)
printed("un", 0:9, c("5.1192", "2.4409", "3.9279", "3.6105", "2.7175", "5.9798", "2.5222", "3.0624", "3.8235", "4.6180")); printed("cs", 0:1, c("3.0306", "1.8746"))
for (s in list(list("un", "419.5", "447.5", "465.6", c("15.8423", "1.5831", "0.8268", "-0.3504"), c("0.9356", "1.4658", "0.07911", "0.1239")), list("cs", "428.6", "440.6", "448.4", c("16.3406", "1.0321", "0.7844", "-0.3048"), c("0.9631", "1.5089", "0.07654", "0.1199")))) {
  o <- paste0(terms, ";structure=", s[[1]], ";subjects=27"); add("orthodont", o, "minus_two_log_likelihood", s[[2]], "abs 0.06", sas); add("orthodont", o, "aic", s[[3]], "abs 0.06", sas); add("orthodont", o, "bic", s[[4]], "abs 0.06", sas)
  for (k in 1:4) { o <- paste0(terms, ";structure=", s[[1]], ";inference=between_within;column=", k - 1); add("orthodont", o, "column_estimate", s[[5]][k], "abs 6e-5", sas); add("orthodont", o, "column_se", s[[6]][k], if (nchar(s[[6]][k]) > 6) "abs 6e-6" else "abs 6e-5", sas) }
}
o <- paste0(terms, ";structure=cs;inference=between_within;"); add("orthodont", paste0(o, "term=0"), "test_f", "0.47", "abs 6e-3", sas); add("orthodont", paste0(o, "term=0"), "test_df", "25", 0, sas); add("orthodont", paste0(o, "term=1"), "test_f", "111.10", "abs 6e-3", sas); add("orthodont", paste0(o, "term=1"), "test_df", "79", 0, sas)
add("orthodont", paste0(o, "term=2"), "test_f", "6.46", "abs 6e-3", sas); add("orthodont", paste0(o, "term=2"), "test_df", "79", 0, sas); add("orthodont", paste0(o, "term=2"), "test_p", "0.0130", "abs 6e-5", sas)
o <- paste0(terms, ";structure=un;inference=between_within;"); for (k in 0:2) add("orthodont", paste0(o, "term=", k), "test_f", c("1.17", "110.54", "7.99")[k + 1], "abs 6e-3", sas)
# Visits 0 and 2 never seen in one subject: their covariance is not determined. A cell without records: its mean is not.
add("apart", "terms=arm+visit+covariate0;structure=un", "minus_two_log_likelihood", "NE(Singular)", 0, "definition")
add("apart", "terms=arm+visit+covariate0;structure=toep", "minus_two_log_likelihood", "NE(Singular)", 0, "definition")
add("absent_cell", "terms=arm+visit+arm*visit;structure=un;inference=kr;visit=3;arm=1", "mean_estimate", "NE(Singular)", 0, "definition")
add("absent_cell", "terms=arm+visit+arm*visit;structure=un;inference=kr;visit=3;arm=1;reference=0", "difference_estimate", "NE(Singular)", 0, "definition")
add("absent_cell", "terms=arm+visit+arm*visit;structure=un;inference=kr;arm=1", "mean_estimate", "NE(Singular)", 0, "definition")
add("missing", "terms=arm+visit;structure=un;estimation=ml;inference=kr;visit=3;arm=1", "mean_se", "NE(NotDefined)", 0, "definition")
add("sleep", "terms=visit;structure=un;group=arm;inference=kr;column=1", "column_se", pt$stderr, 1e-10, "R t.test")
finish()
