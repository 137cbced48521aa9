# Expected values of methods that the recomputed tables of the trials do not have.
# Usage: Rscript program.R TRIAL FOLDER_OF_DATA OUTPUT.csv     (R 4.2.2, coin 1.4-2, MASS 7.3, ordinal, emmeans 1.8, car 3.1)
suppressPackageStartupMessages({ library(coin); library(MASS) })
arguments <- commandArgs(trailingOnly = TRUE)
trial <- arguments[1]; folder <- arguments[2]
rows <- list()
put <- function(key, value, tolerance, source)
  rows[[length(rows) + 1]] <<- data.frame(key, value = sprintf("%.15g", value), tolerance, source)
tight <- 1e-9
relative <- function(x, r = 1e-9) signif(abs(x) * r + 1e-12, 2)

geometric <- function(id, y, arm, a, b) {
  for (g in c(a, b)) {
    l <- log(y[arm == g]); l <- l[!is.na(l)]; t <- t.test(l)
    put(sprintf("%s:gmean[arm=%s]", id, g), exp(mean(l)), 1e-8, "exp(mean(log(y)))")
    put(sprintf("%s:gmean_lower[arm=%s]", id, g), exp(t$conf.int[1]), 1e-8, "t.test(log(y))")
    put(sprintf("%s:gmean_upper[arm=%s]", id, g), exp(t$conf.int[2]), 1e-8, "t.test(log(y))")
    put(sprintf("%s:gcv[arm=%s]", id, g), 100 * sqrt(exp(var(l)) - 1), 1e-7, "100*sqrt(exp(var(log(y)))-1)")
  }
  t <- t.test(log(y[arm == a]), log(y[arm == b]), var.equal = TRUE)
  key <- function(s) sprintf("%s:%s[arm=%s/%s]", id, s, a, b)
  put(key("ratio"), exp(diff(rev(t$estimate))), tight, "t.test(log(y), var.equal=TRUE)")
  put(key("ratio_lower"), exp(t$conf.int[1]), tight, "t.test(log(y), var.equal=TRUE)")
  put(key("ratio_upper"), exp(t$conf.int[2]), tight, "t.test(log(y), var.equal=TRUE)")
  put(key("p"), t$p.value, relative(t$p.value), "t.test(log(y), var.equal=TRUE)")
}
brunner_munzel <- function(id, x, y, compared, normal = FALSE, logit = FALSE) {
  m <- length(x); n <- length(y); joint <- rank(c(x, y))
  px <- (joint[1:m] - rank(x)) / n; py <- (joint[m + 1:n] - rank(y)) / m
  p <- mean(px); vx <- var(px) / m; vy <- var(py) / n; se <- sqrt(vx + vy)
  df <- (vx + vy)^2 / (vx^2 / (m - 1) + vy^2 / (n - 1))
  s <- "placements of rank()"
  key <- function(k) sprintf("%s:%s[arm=%s]", id, k, compared)
  put(key("mw_prob"), p, tight, s); put(key("mw_prob_se"), se, tight, s)
  mult <- if (normal) qnorm(0.975) else qt(0.975, df)
  limits <- if (logit) plogis(qlogis(p) + c(-1, 1) * mult * se / (p * (1 - p))) else p + c(-1, 1) * mult * se
  put(key("mw_prob_lower"), limits[1], tight, s); put(key("mw_prob_upper"), limits[2], tight, s)
  t <- (p - 0.5) / se
  value <- 2 * if (normal) pnorm(-abs(t)) else pt(-abs(t), df)
  put(key("p"), value, relative(value, 1e-8), s)
  if (!normal) put(key("df"), df, 1e-7, s)
}
van_elteren <- function(id, y, arm, stratum, suffix, equal = FALSE) {
  d <- data.frame(y, arm = factor(arm), stratum = factor(stratum)); d <- d[!is.na(d$y), ]; d$arm <- droplevels(d$arm)
  keep <- names(which(table(d$stratum) > 1)); d <- droplevels(d[d$stratum %in% keep, ])
  scores <- function(y) if (equal) rank(y) else rank(y) / (length(y) + 1)
  score <- ave(d$y, d$stratum, FUN = scores)
  t <- independence_test(score ~ arm | stratum, data = cbind(d, score), teststat = "quadratic")
  put(sprintf("%s:chi_square%s", id, suffix), statistic(t), 1e-8, "coin::independence_test of ranks in strata")
  put(sprintf("%s:p%s", id, suffix), pvalue(t), relative(pvalue(t)), "coin::independence_test of ranks in strata")
}
quade <- function(id, y, x, arm, suffix) {
  ok <- !is.na(y) & !is.na(x); r <- resid(lm(rank(y[ok]) ~ rank(x[ok])))
  f <- anova(lm(r ~ factor(arm[ok])))
  put(sprintf("%s:f%s", id, suffix), f[1, "F value"], 1e-8, "anova(lm(resid(lm(rank(y)~rank(x)))~arm))")
  put(sprintf("%s:p%s", id, suffix), f[1, "Pr(>F)"], relative(f[1, "Pr(>F)"], 1e-8), "anova(lm(resid(lm(rank(y)~rank(x)))~arm))")
}
walsh <- function(d, exact) {
  n <- length(d); w <- outer(d, d, "+") / 2; w <- sort(w[lower.tri(w, diag = TRUE)])
  c <- if (exact) qsignrank(0.025, n) else floor(n * (n + 1) / 4 - qnorm(0.975) * sqrt(n * (n + 1) * (2 * n + 1) / 24))
  if (exact && c == 0) c <- 1
  c(median(w), w[c], w[length(w) + 1 - c])
}
signed <- function(id, d, arm, kind, exact = FALSE, correct = TRUE) {
  d <- round(d, 6)
  key <- function(k) sprintf("%s:%s[arm=%s]", id, k, arm)
  nz <- d[d != 0]; r <- rank(abs(nz)); v <- sum(r[nz > 0]); n <- length(nz)
  put(key("v"), v, tight, "rank()")
  s <- v - n * (n + 1) / 4
  put(key("s"), s, tight, "rank()")
  if (kind == "normal") {
    p <- suppressWarnings(wilcox.test(d, exact = FALSE, correct = correct)$p.value)
    put(key("p"), p, relative(p), "wilcox.test(exact=FALSE)")
  } else if (kind == "exact") {
    p <- pvalue(wilcoxsign_test(d ~ rep(0, length(d)), distribution = "exact", zero.method = "Wilcoxon"))
    put(key("p"), p, relative(p), "coin::wilcoxsign_test(exact)")
  }
  w <- walsh(d, exact)
  put(key("hl"), w[1], tight, "Walsh averages"); put(key("hl_lower"), w[2], tight, "Walsh averages")
  put(key("hl_upper"), w[3], tight, "Walsh averages")
}
jonckheere <- function(id, y, group) {
  g <- sort(unique(group)); j <- 0
  for (a in seq_along(g)) for (b in seq_along(g)) if (a < b) {
    x <- y[group == g[a]]; z <- y[group == g[b]]
    j <- j + sum(outer(x, z, "<")) + 0.5 * sum(outer(x, z, "=="))
  }
  n <- table(group); t <- table(y); N <- length(y)
  a <- function(v) sum(v * (v - 1) * (2 * v + 5)); b <- function(v) sum(v * (v - 1) * (v - 2)); c <- function(v) sum(v * (v - 1))
  variance <- (N * (N - 1) * (2 * N + 5) - a(n) - a(t)) / 72 + b(n) * b(t) / (36 * N * (N - 1) * (N - 2)) + c(n) * c(t) / (8 * N * (N - 1))
  z <- (j - (N^2 - sum(n^2)) / 4) / sqrt(variance)
  s <- "Hollander & Wolfe 1999, eq. 6.19"
  put(sprintf("%s:j", id), j, tight, s); put(sprintf("%s:z", id), z, tight, s)
  put(sprintf("%s:p", id), 2 * pnorm(-abs(z)), tight, s)
}
wins <- function(id, d, arm, compared, components, margins) {
  a <- which(arm == compared[1]); b <- which(arm == compared[2])
  total <- c(0, 0, 0)
  for (i in a) for (j in b) {
    result <- 3
    for (k in seq_along(components)) {
      x <- d[i, components[k]]; y <- d[j, components[k]]
      if (is.na(x) || is.na(y)) next
      if (x < y - margins[k]) { result <- 1; break }
      if (y < x - margins[k]) { result <- 2; break }
    }
    total[result] <- total[result] + 1
  }
  key <- function(k) sprintf("%s:%s[arm=%s]", id, k, paste(compared, collapse = "/")); s <- "all pairs"
  put(key("wins"), total[1], 0, s); put(key("losses"), total[2], 0, s); put(key("ties"), total[3], 0, s)
  put(key("win_ratio"), total[1] / total[2], tight, s)
  put(key("win_odds"), (total[1] + total[3] / 2) / (total[2] + total[3] / 2), tight, s)
  put(key("net_benefit"), (total[1] - total[2]) / sum(total), tight, s)
}

# Means, differences, contrasts and type III tests of linear models with products of the arm.
linear <- function(d) {
  d$heavy <- factor(ifelse(d$heavy, "Y", "N")); d$arm <- factor(d$arm, c("cbt", "ft", "cont"))
  show <- function(id, model, weights = "equal", by = NULL) {
    suppressMessages({
      e <- emmeans::emmeans(model, "arm", weights = weights, by = by)
      m <- as.data.frame(confint(e)); p <- as.data.frame(summary(pairs(e), infer = TRUE, adjust = "none"))
    })
    place <- function(row) if (is.null(by)) "" else sprintf(",level=%s,term=HEAVY", row[[by]])
    for (i in seq_len(nrow(m))) {
      where <- if (is.null(by)) sprintf("[arm=%s]", m$arm[i]) else sprintf("[arm=%s,level=%s,term=HEAVY]", m$arm[i], m[[by]][i])
      put(paste0(id, ":lsmean", where), m$emmean[i], tight, "emmeans"); put(paste0(id, ":lsmean_se", where), m$SE[i], tight, "emmeans")
      put(paste0(id, ":lsmean_upper", where), m$upper.CL[i], tight, "emmeans")
    }
    for (i in which(grepl("- cont$", p$contrast))) {
      where <- sprintf("[arm=%s/cont%s]", sub(" .*", "", p$contrast[i]), place(p[i, ]))
      put(paste0(id, ":diff", where), p$estimate[i], tight, "emmeans"); put(paste0(id, ":diff_lower", where), p$lower.CL[i], tight, "emmeans")
      put(paste0(id, ":p", where), p$p.value[i], tight, "emmeans"); put(paste0(id, ":df", where), p$df[i], tight, "emmeans")
    }
  }
  contrast <- function(id, model, name, weights, margins = "equal") {
    s <- suppressMessages(as.data.frame(summary(emmeans::contrast(emmeans::emmeans(model, "arm", weights = margins), list(c = weights)), infer = TRUE)))
    key <- function(k) sprintf("%s:%s[contrast=%s]", id, k, name)
    put(key("diff"), s$estimate, tight, "emmeans::contrast"); put(key("diff_se"), s$SE, tight, "emmeans::contrast")
    put(key("diff_lower"), s$lower.CL, tight, "emmeans::contrast"); put(key("diff_upper"), s$upper.CL, tight, "emmeans::contrast")
    put(key("t"), s$t.ratio, tight, "emmeans::contrast"); put(key("df"), s$df, tight, "emmeans::contrast"); put(key("p"), s$p.value, tight, "emmeans::contrast")
  }
  tests <- function(id, model, names) {
    a <- car::Anova(model, type = 3)
    for (n in names(names)) {
      where <- sprintf("[term=%s]", names[[n]])
      put(paste0(id, ":f", where), a[n, "F value"], 1e-8, "car::Anova(type = 3), contr.sum"); put(paste0(id, ":df1", where), a[n, "Df"], tight, "car::Anova(type = 3), contr.sum")
      put(paste0(id, ":p", where), a[n, "Pr(>F)"], tight, "car::Anova(type = 3), contr.sum")
    }
  }
  options(contrasts = c("contr.sum", "contr.poly"))
  m <- lm(Postwt ~ arm * Prewt, d)
  show("weight_slopes", m); tests("weight_slopes", m, list(arm = "treatment", Prewt = "PREWT", "arm:Prewt" = "treatment:PREWT"))
  put("weight_slopes:residual_sd", sigma(m), tight, "lm"); put("weight_slopes:r_squared", summary(m)$r.squared, tight, "lm")
  m <- lm(Postwt ~ arm * heavy, d)
  show("weight_cells", m); show("weight_cells", m, by = "heavy"); contrast("weight_cells", m, "treated", c(0.5, 0.5, -1))
  tests("weight_cells", m, list(arm = "treatment", heavy = "HEAVY", "arm:heavy" = "treatment:HEAVY"))
  m <- lm(Postwt ~ arm * heavy + arm * Prewt, d)
  show("weight_observed", m, "proportional"); contrast("weight_observed", m, "treated", c(0.5, 0.5, -1), "proportional")
  contrast("weight_observed", m, "between", c(1, -1, 0), "proportional")
  tests("weight_observed", m, list(arm = "treatment", heavy = "HEAVY", Prewt = "PREWT", "arm:heavy" = "treatment:HEAVY", "arm:Prewt" = "treatment:PREWT"))
  m <- lm(Postwt ~ arm + Prewt, d)
  show("weight_contrast", m); contrast("weight_contrast", m, "treated", c(0.5, 0.5, -1))
}

if (trial == "polyps") {
  d <- read.csv(file.path(folder, "polyps.csv")); pair <- "[arm=sulindac/placebo]"
  for (m in c(3, 12)) {
    y <- d[[paste0("number", m, "m")]]; id <- function(k) sprintf("n%d_%s", m, k)
    geometric(id("geometric"), y, d$treatment, "sulindac", "placebo")
    x <- y[d$treatment == "sulindac" & !is.na(y)]; z <- y[d$treatment == "placebo" & !is.na(y)]
    brunner_munzel(id("mw"), x, z, "sulindac/placebo")
    ok <- !is.na(y)
    p <- pvalue(oneway_test(y[ok] ~ factor(d$treatment[ok]), distribution = "exact"))
    put(paste0(id("permutation"), ":p", pair), p, relative(p), "coin::oneway_test(exact)")
    put(paste0(id("permutation_mc"), ":p", pair), p, 0.01, "coin::oneway_test(exact); ours is sampled")
    van_elteren(id("van_elteren"), y, d$treatment, d$sex, pair)
    quade(id("rank_ancova"), y, d$baseline, d$treatment, pair)
    for (g in c("sulindac", "placebo")) {
      diff <- (y - d$baseline)[d$treatment == g]; diff <- diff[!is.na(diff)]
      id2 <- function(k) sprintf("pair%d_%s", m, k)
      signed(id2("signed"), diff, g, "exact"); signed(id2("normal"), diff, g, "normal", exact = TRUE)
      p <- pvalue(wilcoxsign_test(diff ~ rep(0, length(diff)), distribution = "exact", zero.method = "Pratt"))
      put(sprintf("pair%d_pratt:p[arm=%s]", m, g), p, relative(p), "coin::wilcoxsign_test(exact, Pratt)")
      l <- log(y / d$baseline)[d$treatment == g]; t <- t.test(l)
      put(sprintf("pair%d_ratio:ratio[arm=%s]", m, g), exp(unname(t$estimate)), tight, "t.test(log(after/before))")
      put(sprintf("pair%d_ratio:ratio_lower[arm=%s]", m, g), exp(t$conf.int[1]), tight, "t.test(log(after/before))")
      put(sprintf("pair%d_ratio:p[arm=%s]", m, g), t$p.value, relative(t$p.value), "t.test(log(after/before))")
      t <- t.test(diff)
      put(sprintf("chg%d_one_sample:p[arm=%s]", m, g), t$p.value, relative(t$p.value), "t.test(change)")
      put(sprintf("chg%d_one_sample:t[arm=%s]", m, g), unname(t$statistic), tight, "t.test(change)")
    }
  }
}
if (trial == "anorexia") {
  d <- read.csv(file.path(folder, "anorexia.csv")); d$chg <- round(d$Postwt - d$Prewt, 1)
  d$arm <- c(CBT = "cbt", FT = "ft", Cont = "cont")[d$Treat]; d$heavy <- d$Prewt >= 82.3
  k <- kruskal.test(d$chg, factor(d$arm))
  put("chg_kruskal:chi_square", unname(k$statistic), 1e-8, "kruskal.test, changes rounded to 1 decimal")
  put("chg_kruskal:p", k$p.value, relative(k$p.value), "kruskal.test, changes rounded to 1 decimal")
  put("chg_kruskal_mc:p", k$p.value, 0.003, "kruskal.test; ours is sampled")
  r <- rank(d$chg); for (a in c("cbt", "ft", "cont")) put(sprintf("chg_kruskal:mean_rank[arm=%s]", a), mean(r[d$arm == a]), tight, "rank()")
  jonckheere("chg_jt", d$chg, c(cbt = 2, ft = 3, cont = 1)[d$arm])
  for (a in c("cbt", "ft", "cont")) signed("chg_signed", d$chg[d$arm == a], a, "normal", correct = FALSE)
  for (a in c("cbt", "ft", "cont")) signed("pair_signed", d$chg[d$arm == a], a, "exact")
  for (a in c("cbt", "ft")) {
    pair <- d$arm %in% c(a, "cont"); suffix <- sprintf("[arm=%s/cont]", a); compared <- sprintf("%s/cont", a)
    van_elteren("chg_van_elteren", d$chg[pair], d$arm[pair], d$heavy[pair], suffix)
    quade("weight_quade", d$Postwt[pair], d$Prewt[pair], d$arm[pair], suffix)
    brunner_munzel("chg_mw", d$chg[d$arm == a], d$chg[d$arm == "cont"], compared)
    brunner_munzel("chg_mw_delong", d$chg[d$arm == a], d$chg[d$arm == "cont"], compared, normal = TRUE)
  }
  van_elteren("chg_van_elteren", d$chg, d$arm, d$heavy, ""); quade("weight_quade", d$Postwt, d$Prewt, d$arm, "")
  f <- summary(aov(d$chg ~ d$arm))[[1]]
  put("chg_anova:f", f[1, "F value"], 1e-9, "aov"); put("chg_anova:p", f[1, "Pr(>F)"], tight, "aov")
  for (a in c("cbt", "ft", "cont")) {
    i <- d$arm == a; t <- t.test(d$Postwt[i], d$Prewt[i], paired = TRUE)
    put(sprintf("pair_t:t[arm=%s]", a), unname(t$statistic), tight, "t.test(paired=TRUE)")
    put(sprintf("pair_t:diff_lower[arm=%s]", a), t$conf.int[1], tight, "t.test(paired=TRUE)")
  }
  linear(d)
}
if (trial == "licorice_gargle_pain") {
  d <- read.csv(file.path(folder, "licorice_gargle.csv")); d$y <- d$pacu30min_throatPain
  arm <- ifelse(d$treat == 1, "licorice", "sugar"); pair <- "[arm=licorice/sugar]"; ok <- !is.na(d$y)
  o <- d[ok, ]; f <- polr(factor(y) ~ treat, data = o, Hess = TRUE, control = list(reltol = 1e-14)); s <- "MASS::polr"
  b <- coef(f)[["treat"]]; se <- sqrt(vcov(f)["treat", "treat"])
  put(paste0("pain30_po:odds_ratio", pair), exp(b), 1e-5, s); put(paste0("pain30_po:log_odds_se", pair), se, 1e-4, s)
  put(paste0("pain30_po:odds_ratio_lower", pair), exp(b - qnorm(0.975) * se), 1e-4, s)
  g <- ordinal::clm(factor(y) ~ treat, data = o, control = ordinal::clm.control(gradTol = 1e-10)); s <- "ordinal::clm"
  co <- summary(g)$coefficients
  put(paste0("pain30_po:log_odds", pair), coef(g)[["treat"]], 1e-8, s)
  put(paste0("pain30_po:log_odds_se", pair), co["treat", 2], 1e-7, s)
  put(paste0("pain30_po:z", pair), co["treat", 3], 1e-6, s)
  # Our model has a column for licorice, the thresholds of sugar are those of R.
  for (i in seq_along(g$alpha)) put(sprintf("pain30_po:threshold[level=%s]", strsplit(names(g$alpha)[i], "\\|")[[1]][1]), g$alpha[[i]], 1e-7, s)
  h <- ordinal::clm(factor(y) ~ treat + factor(preOp_gender) + preOp_age, data = o, control = ordinal::clm.control(gradTol = 1e-10))
  put(paste0("pain30_po_adjusted:log_odds", pair), coef(h)[["treat"]], 1e-8, s)
  put("pain30_po_adjusted:log_odds[term=AGE]", coef(h)[["preOp_age"]], 1e-8, s)
  brunner_munzel("pain30_mw", o$y[o$treat == 1], o$y[o$treat == 0], "licorice/sugar", logit = TRUE)
  van_elteren("pain30_van_elteren", d$y, arm, paste(d$preOp_gender, d$preOp_smoking), pair)
  van_elteren("pain30_stratified", d$y, arm, d$preOp_gender, pair, equal = TRUE)
  wins("pain30_wins", o, arm[ok], c("licorice", "sugar"), c("postOp4hour_throatPain", "y", "preOp_calcBMI"), c(1, 0, 0))
}
write.csv(do.call(rbind, rows), arguments[3], row.names = FALSE, quote = c(1, 4))
