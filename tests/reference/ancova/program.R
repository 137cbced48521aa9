# Run in this folder: Rscript program.R > listing.txt
# Reads data.csv (made below once, if absent), writes expected.csv.
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
# data.csv: case, response, treatment, centre, sex, dose, covariate1, covariate2. leprosy: Snedecor & Cochran (1967)
# p. 422, drugs A D F, the example of SAS PROC GLM: LS means 6.714963 6.823935 10.161102, type III 68.553711, 577.897403.
suppressMessages({ library(emmeans); library(car) })
if (!file.exists("data.csv")) {
  set.seed(8)
  x <- c(11,8,5,14,19,6,10,6,11,3, 6,6,7,8,18,8,19,8,5,15, 16,13,11,9,21,16,12,12,7,12); y <- c(6,0,2,8,11,4,13,1,8,0, 0,2,3,1,18,4,14,9,1,9, 13,10,18,5,23,12,5,16,1,20)
  g <- function(case, response, treatment, centre, sex, dose, c1, c2) data.frame(case, response, treatment, centre, sex, dose, covariate1 = c1, covariate2 = c2)
  n <- 70; tr <- sample(0:2, n, TRUE); ce <- sample(0:4, n, TRUE, c(5, 4, 3, 2, 1)); sx <- sample(0:1, n, TRUE); c1 <- round(rnorm(n, 20, 5), 1); c2 <- round(rexp(n), 2)
  k <- 24; tk <- rep(c(0, 2, 3), 8); ck <- rep(0:3, 6)
  write.csv(rbind(g("leprosy", y, rep(0:2, each = 10), 0, 0, rep(0:2, each = 10), x, 0),
    g("unbalanced", round(3 + tr - 0.4 * ce + 0.6 * c1 + rnorm(n, 0, 2), 2), tr, ce, sx, c(0, 54, 81)[tr + 1], c1, c2),
    g("missing_level", round(rnorm(k, tk), 2), tk, ck, 0, tk * 10, round(rnorm(k), 2), 0),
    g("collinear", round(rnorm(k), 2), tk, ck, 0, tk, seq_len(k), 2 * seq_len(k) + 1),
    g("confounded", round(rnorm(k), 2), rep(0:1, 12), rep(0:1, 12), 0, rep(0:1, 12), seq_len(k), 0)), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion()); e <- paste("emmeans", packageVersion("emmeans")); options(contrasts = c("contr.sum", "contr.poly"))
models <- list(leprosy = list("covariate1", character()), unbalanced = list(c("centre", "sex", "covariate1", "covariate2"), c("centre", "sex")), unbalanced = list(c("centre", "covariate1"), "centre"), unbalanced = list(character(), character()),
  missing_level = list(c("centre", "covariate1"), "centre"))
for (i in seq_along(models)) {
  case <- names(models)[i]; terms <- models[[i]][[1]]; fac <- models[[i]][[2]]; dd <- d[d$case == case, ]; dd$treatment <- factor(dd$treatment); for (v in fac) dd[[v]] <- factor(dd[[v]])
  m <- lm(reformulate(c("treatment", terms), "response"), dd); mo <- paste0("terms=", paste(terms, collapse = "+"))
  a3 <- Anova(m, type = 3); cat("\n", case, mo, "\n"); print(a3)
  for (t in c("treatment", terms)) { add(case, paste0(mo, ";term=", t), "sum_of_squares", a3[t, 1], 1e-8, paste("car", packageVersion("car"))); add(case, paste0(mo, ";term=", t), "f", a3[t, 3], 1e-8, paste("car", packageVersion("car"))); add(case, paste0(mo, ";term=", t), "p", a3[t, 4], 1e-8, paste("car", packageVersion("car"))) }
  add(case, mo, "residual_df", m$df.residual, 0, s); add(case, mo, "residual_variance", summary(m)$sigma^2, 1e-9, s)
  for (w in c("equal", "proportional")) {
    em <- emmeans(m, "treatment", weights = w); sm <- as.data.frame(summary(em)); print(sm, digits = 10)
    for (r in seq_len(nrow(sm))) { o <- paste0(mo, ";weights=", w, ";level=", sm$treatment[r]); v <- c(mean = sm$emmean[r], mean_se = sm$SE[r], mean_lower = sm$lower.CL[r], mean_upper = sm$upper.CL[r]); for (k in names(v)) add(case, o, k, v[[k]], 1e-8, e) }
  }
  ct <- as.data.frame(summary(contrast(em, "trt.vs.ctrl", ref = 1, adjust = "none"), infer = TRUE)); print(ct, digits = 10)
  ref <- levels(dd$treatment)[1]
  for (r in seq_len(nrow(ct))) { o <- paste0(mo, ";weights=equal;of=", levels(dd$treatment)[r + 1], ";reference=", ref); v <- c(difference = ct$estimate[r], difference_se = ct$SE[r], difference_t = ct$t.ratio[r], difference_p = ct$p.value[r], difference_lower = ct$lower.CL[r], difference_upper = ct$upper.CL[r]); for (k in names(v)) add(case, o, k, v[[k]], 1e-8, e) }
  md <- lm(reformulate(c(terms, "dose"), "response"), dd); a3 <- Anova(md, type = 3)
  add(case, mo, "dose_slope", coef(md)[["dose"]], 1e-8, s); add(case, mo, "dose_f", a3["dose", 3], 1e-8, s); add(case, mo, "dose_p", a3["dose", 4], 1e-8, s)
}
a1 <- anova(lm(response ~ factor(treatment) + covariate1, d[d$case == "leprosy", ]))
add("leprosy", "terms=covariate1", "type_i_treatment", a1[1, 2], 1e-9, s)
p <- "SAS/STAT PROC GLM example (Snedecor & Cochran 1967 p. 422)"; o <- "terms=covariate1"
for (r in 1:3) add("leprosy", paste0(o, ";weights=equal;level=", r - 1), "mean", c("6.7149635", "6.8239348", "10.1611017")[r], 1e-7, p)
add("leprosy", paste0(o, ";term=treatment"), "sum_of_squares", "68.553711", 1e-7, p); add("leprosy", paste0(o, ";term=covariate1"), "sum_of_squares", "577.897403", 1e-7, p); add("leprosy", o, "type_i_treatment", "293.6", 1e-9, p)
# Collinear covariates: R drops the second; the mean at both covariate means is still determined.
dd <- d[d$case == "collinear", ]; dd$treatment <- factor(dd$treatment); m <- lm(response ~ treatment + covariate1 + covariate2, dd); em <- as.data.frame(summary(emmeans(lm(response ~ treatment + covariate1, dd), "treatment")))
for (r in seq_len(nrow(em))) add("collinear", paste0("terms=covariate1+covariate2;weights=equal;level=", em$treatment[r]), "mean", em$emmean[r], 1e-8, e)
add("collinear", "terms=covariate1+covariate2;term=covariate2", "f", "NE(Singular)", 0, "definition"); add("collinear", "terms=covariate1+covariate2", "residual_df", m$df.residual, 0, s)
# Treatment and centre the same column: nothing about the treatment is determined.
add("confounded", "terms=centre;weights=equal;of=1;reference=0", "difference", "NE(Singular)", 0, "definition"); add("confounded", "terms=centre;term=treatment", "f", "NE(Singular)", 0, "definition")
add("missing_level", "terms=centre+covariate1;weights=equal;level=1", "mean", "NE(Singular)", 0, "definition")
finish()
