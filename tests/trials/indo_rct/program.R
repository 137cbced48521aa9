# Expected values of methods that the recomputed table of the trial does not have.
# Usage: Rscript program.R DATA/indo_rct.csv expected.csv > listing.txt    (R 4.2.2; coin, metafor, brglm2, vcdExtra)
suppressPackageStartupMessages({ library(coin); library(metafor); library(brglm2) })
arguments <- commandArgs(trailingOnly = TRUE)
d <- read.csv(arguments[1])
rows <- list()
put <- function(key, value, tolerance, source)
  rows[[length(rows) + 1]] <<- data.frame(key, value = sprintf("%.15g", unname(value)), tolerance, source)
pair <- "[arm=indo/placebo]"; z <- qnorm(0.975)
arm <- c("1_indomethacin" = "indo", "0_placebo" = "placebo")[d$rx]; y <- as.integer(d$outcome == "1_yes")
x1 <- sum(y[arm == "indo"]); n1 <- sum(arm == "indo"); x2 <- sum(y[arm == "placebo"]); n2 <- sum(arm == "placebo")
p1 <- x1 / n1; p2 <- x2 / n2; rd <- p1 - p2

# Intervals of one proportion.
for (g in c("indo", "placebo")) {
  x <- sum(y[arm == g]); n <- sum(arm == g)
  limits <- function(id, l, source) {
    put(sprintf("pep_prop_%s:pct_lower[arm=%s]", id, g), 100 * l[1], 1e-9, source)
    put(sprintf("pep_prop_%s:pct_upper[arm=%s]", id, g), 100 * l[2], 1e-9, source)
  }
  limits("clopper_pearson", binom.test(x, n)$conf.int, "binom.test")
  limits("wilson", prop.test(x, n, correct = FALSE)$conf.int, "prop.test(correct=FALSE)")
  limits("wald", x / n + c(-1, 1) * z * sqrt(x / n * (1 - x / n) / n), "x/n +- z se")
  a <- n + z^2; q <- (x + z^2 / 2) / a
  limits("agresti_coull", q + c(-1, 1) * z * sqrt(q * (1 - q) / a), "Agresti & Coull 1998")
  limits("jeffreys", qbeta(c(0.025, 0.975), x + 0.5, n - x + 0.5), "qbeta")
  put(sprintf("pep_prop_jeffreys:p[arm=%s]", g), binom.test(x, n, 0.1)$p.value, 1e-10, "binom.test(p=0.1)")
  put(sprintf("pep_prop_jeffreys:p_less[arm=%s]", g), pbinom(x, n, 0.1), 1e-10, "pbinom")
  put(sprintf("pep_prop_jeffreys:z[arm=%s]", g), (x / n - 0.1) / sqrt(0.09 / n), 1e-10, "(p - 0.1)/sqrt(0.1*0.9/n)")
}

# Intervals of the difference.
limits <- function(id, l, tolerance, source) {
  put(sprintf("pep_%s:risk_diff_lower%s", id, pair), l[1], tolerance, source)
  put(sprintf("pep_%s:risk_diff_upper%s", id, pair), l[2], tolerance, source)
}
se <- sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
limits("wald_corrected", prop.test(c(x1, x2), c(n1, n2))$conf.int, 1e-10, "prop.test(correct=TRUE)")
q1 <- (x1 + 1) / (n1 + 2); q2 <- (x2 + 1) / (n2 + 2)
limits("agresti_caffo", q1 - q2 + c(-1, 1) * z * sqrt(q1 * (1 - q1) / (n1 + 2) + q2 * (1 - q2) / (n2 + 2)), 1e-10, "Agresti & Caffo 2000")
w1 <- suppressWarnings(prop.test(x1, n1, correct = TRUE)$conf.int); w2 <- suppressWarnings(prop.test(x2, n2, correct = TRUE)$conf.int)
limits("newcombe_corrected", c(rd - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2), rd + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2)), 1e-9, "Newcombe 1998, method 11, by prop.test")
ha <- sqrt(p1 * (1 - p1) / (n1 - 1) + p2 * (1 - p2) / (n2 - 1))
limits("hauck_anderson", rd + c(-1, 1) * (1 / (2 * min(n1, n2)) + z * ha), 1e-10, "Hauck & Anderson 1986")
# Likelihood at a difference by search, for Farrington & Manning's z.
restricted <- function(D) {
  f <- function(b) dbinom(x1, n1, b + D, log = TRUE) + dbinom(x2, n2, b, log = TRUE)
  b <- optimize(f, c(max(0, -D), min(1, 1 - D)), maximum = TRUE, tol = 1e-12)$maximum
  sqrt((b + D) * (1 - b - D) / n1 + b * (1 - b) / n2)
}
fm <- function(D) (rd - D) / restricted(D)
put(paste0("pep_farrington_manning:z", pair), fm(0.05), 1e-6, "Farrington & Manning 1990, likelihood by optimize")
put(paste0("pep_farrington_manning:p_less", pair), pnorm(fm(0.05)), 1e-9, "Farrington & Manning 1990, likelihood by optimize")
limits("farrington_manning", c(uniroot(function(D) fm(D) - z, c(-0.3, rd), tol = 1e-12)$root, uniroot(function(D) fm(D) + z, c(rd, 0.2), tol = 1e-12)$root), 1e-6, "Farrington & Manning 1990, likelihood by optimize")

# Tables.
t2 <- table(factor(arm, c("indo", "placebo")), factor(y, c(1, 0)))
put(paste0("pep_fisher:p", pair), fisher.test(t2)$p.value, 1e-9, "fisher.test")
put(paste0("pep_chi:p", pair), chisq.test(t2, correct = FALSE)$p.value, 1e-10, "chisq.test(correct=FALSE)")
put(paste0("pep_yates:chi_square", pair), chisq.test(t2)$statistic, 1e-10, "chisq.test")
put(paste0("pep_trend:z"), -sqrt(prop.trend.test(c(x1, x2), c(n1, n2), score = c(100, 0))$statistic), 1e-9, "prop.trend.test")
put("pep_trend:p", prop.trend.test(c(x1, x2), c(n1, n2), score = c(100, 0))$p.value, 1e-10, "prop.trend.test")
before <- as.integer(d$pep == "1_yes")
for (g in c("indo", "placebo")) {
  t <- table(factor(before[arm == g], 0:1), factor(y[arm == g], 0:1)); m <- mcnemar.test(t, correct = FALSE)
  put(sprintf("pep_mcnemar:only_before[arm=%s]", g), t[2, 1], 0, "table"); put(sprintf("pep_mcnemar:only_after[arm=%s]", g), t[1, 2], 0, "table")
  put(sprintf("pep_mcnemar:chi_square[arm=%s]", g), m$statistic, 1e-10, "mcnemar.test(correct=FALSE)")
  put(sprintf("pep_mcnemar:p[arm=%s]", g), m$p.value, 1e-10, "mcnemar.test(correct=FALSE)")
  put(sprintf("pep_mcnemar_exact:p[arm=%s]", g), binom.test(t[2, 1], t[2, 1] + t[1, 2])$p.value, 1e-10, "binom.test of discordant pairs")
}

# Strata.
site <- factor(d$site)
m <- mantelhaen.test(table(factor(arm, c("indo", "placebo")), factor(y, c(1, 0)), site), correct = FALSE)
put(paste0("pep_cmh:chi_square[arm=indo/placebo,test=mantel_haenszel]"), m$statistic, 1e-9, "mantelhaen.test(correct=FALSE)")
put(paste0("pep_cmh:odds_ratio", pair), m$estimate, 1e-9, "mantelhaen.test")
put(paste0("pep_cmh:odds_ratio_lower", pair), m$conf.int[1], 1e-9, "mantelhaen.test")
s <- do.call(rbind, lapply(levels(site), function(l) { i <- site == l; c(sum(y[i & arm == "indo"]), sum(i & arm == "indo"), sum(y[i & arm == "placebo"]), sum(i & arm == "placebo")) }))
full <- s[s[, 2] > 0 & s[, 4] > 0, , drop = FALSE]; with_events <- full[full[, 1] + full[, 3] > 0, , drop = FALSE]
rr <- rma.mh(ai = full[, 1], n1i = full[, 2], ci = full[, 3], n2i = full[, 4], measure = "RR", add = 0, drop00 = TRUE)
put(paste0("pep_cmh:risk_ratio", pair), exp(rr$beta[1]), 1e-9, "metafor::rma.mh(RR)"); put(paste0("pep_cmh:risk_ratio_lower", pair), exp(rr$ci.lb), 1e-9, "metafor::rma.mh(RR)")
or <- m$estimate
bd <- 0
for (i in seq_len(nrow(with_events))) {
  a <- with_events[i, 1]; na <- with_events[i, 2]; nb <- with_events[i, 4]; e <- a + with_events[i, 3]
  f <- function(x) x * (nb - e + x) - or * (e - x) * (na - x)
  x <- uniroot(f, c(max(0, e - nb), min(e, na)), tol = 1e-14)$root
  bd <- bd + (a - x)^2 * (1 / x + 1 / (e - x) + 1 / (na - x) + 1 / (nb - e + x))
}
put("pep_cmh:chi_square[arm=indo/placebo,test=breslow_day]", bd, 1e-8, "Breslow & Day 1980, expected counts by uniroot")
risk <- d$risk
g <- cmh_test(factor(risk) ~ factor(arm) | site)
put("risk_cmh:chi_square[arm=indo/placebo,test=general_association]", statistic(g), 1e-8, "coin::cmh_test")
put("risk_cmh:p[arm=indo/placebo,test=general_association]", pvalue(g), 1e-9, "coin::cmh_test")
ridit <- ave(risk, site, FUN = function(v) rank(v) / (length(v) + 1))
r <- independence_test(ridit ~ factor(arm) | site, teststat = "quadratic")
put("risk_cmh:chi_square[arm=indo/placebo,test=row_mean_scores]", statistic(r), 1e-8, "coin::independence_test of modified ridits in strata")
with(list(a = full[, 1], m = full[, 2], c = full[, 3], n = full[, 4]), {
  rma <- rma.mh(ai = a, n1i = m, ci = c, n2i = n, measure = "RD", add = 0)
  put(paste0("pep_strat_sato:risk_diff", pair), rma$beta[1], 1e-10, "metafor::rma.mh(RD)")
  put(paste0("pep_strat_sato:risk_diff_se", pair), rma$se, 1e-10, "metafor::rma.mh(RD)")
  limits("strat_sato", c(rma$ci.lb, rma$ci.ub), 1e-10, "metafor::rma.mh(RD)")
  w <- m * n / (m + n); w <- w / sum(w); d <- sum(w * (a / m - c / n))
  gr <- sqrt(sum(w^2 * (a * (m - a) / m^3 + c * (n - c) / n^3)))
  limits("strat_greenland_robins", d + c(-1, 1) * z * gr, 1e-10, "Greenland & Robins 1985")
  wilson <- function(x, n) {
    v <- x / n * (1 - x / n) / n; q <- z * sqrt(sum(w^2 * v)) / sum(w * sqrt(v))
    each <- sapply(seq_along(x), function(i) sort(Re(polyroot(c((x[i] / n[i])^2, -(2 * x[i] / n[i] + q^2 / n[i]), 1 + q^2 / n[i])))))
    c(sum(w * each[1, ]), sum(w * each[2, ]))
  }
  A <- wilson(a, m); B <- wilson(c, n); la <- sum(w^2 / m); lb <- sum(w^2 / n)
  half <- function(p, q) z * sqrt(la * p * (1 - p) + lb * q * (1 - q))
  limits("strat_newcombe", c(d - half(A[1], B[2]), d + half(A[2], B[1])), 1e-8, "Yan & Su 2010")
})

# Unconditional tests at one site: the largest probability over the common proportion, on a grid and then by optimize.
i <- d$site == "1_UM"; m <- sum(i & arm == "indo"); n <- sum(i & arm == "placebo"); a <- sum(y[i & arm == "indo"]); b <- sum(y[i & arm == "placebo"])
table_of <- expand.grid(a = 0:m, b = 0:n)
largest <- function(extreme) {
  at <- table_of[extreme, ]
  f <- function(p) sum(dbinom(at$a, m, p) * dbinom(at$b, n, p))
  grid <- seq(0.001, 0.999, 0.001); v <- sapply(grid, f); best <- grid[order(-v)[1:20]]
  max(sapply(best, function(p) optimize(f, c(p - 0.001, p + 0.001), maximum = TRUE, tol = 1e-12)$objective))
}
score <- with(table_of, { p <- (a + b) / (m + n); v <- p * (1 - p) * (1 / m + 1 / n); ifelse(v == 0, 0, (a / m - b / n) / sqrt(v)) })
seen <- score[table_of$a == a & table_of$b == b]
put(paste0("pep_barnard:z", pair), seen, 1e-10, "pooled z")
put(paste0("pep_barnard:p", pair), largest(abs(score) >= abs(seen) - 1e-10), 1e-7, "all tables, largest over the proportion")
less <- phyper(table_of$a, m, n, table_of$a + table_of$b); more <- phyper(table_of$a - 1, m, n, table_of$a + table_of$b, lower.tail = FALSE)
at <- table_of$a == a & table_of$b == b
put(paste0("pep_boschloo:p", pair), 2 * min(largest(less <= less[at] * (1 + 1e-10)), largest(more <= more[at] * (1 + 1e-10)), 0.5), 1e-7, "all tables, largest over the proportion")

# Regressions.
f <- data.frame(y, arm = relevel(factor(arm), "placebo"), risk, site, sex = d$gender)
g <- glm(y ~ arm + sex + risk, binomial, f, control = list(epsilon = 1e-14, maxit = 100)); co <- coef(summary(g))
put(paste0("pep_profile:log_odds_ratio", pair), co["armindo", 1], 1e-9, "glm(binomial)")
put(paste0("pep_profile:log_odds_ratio_se", pair), co["armindo", 2], 1e-8, "glm(binomial)")
put("pep_profile:chi_square[term=RISK,test=likelihood_ratio]", drop1(g, test = "LRT")["risk", "LRT"], 1e-8, "drop1(test=LRT)")
profile <- function(target) {
  deviance_at <- function(b) glm(y ~ sex + risk + offset(b * (arm == "indo")), binomial, f, control = list(epsilon = 1e-14, maxit = 100))$deviance - g$deviance - qchisq(0.95, 1)
  uniroot(deviance_at, target, tol = 1e-12)$root
}
put(paste0("pep_profile:odds_ratio_lower", pair), exp(profile(co["armindo", 1] + c(-1.5, 0))), 1e-8, "glm with an offset, uniroot")
put(paste0("pep_profile:odds_ratio_upper", pair), exp(profile(co["armindo", 1] + c(0, 1.5))), 1e-8, "glm with an offset, uniroot")
risk_of <- function(a) mean(predict(g, transform(f, arm = factor(a, levels(f$arm))), type = "response"))
put("pep_profile:risk[arm=indo]", risk_of("indo"), 1e-9, "mean of predict(glm)"); put("pep_profile:risk[arm=placebo]", risk_of("placebo"), 1e-9, "mean of predict(glm)")
put(paste0("pep_profile:risk_diff", pair), risk_of("indo") - risk_of("placebo"), 1e-9, "mean of predict(glm)")
# A site without events: Newton's steps of the modified score (Firth 1993), halved where they are long; glm alone, and brglm2
# from its own start, run off to infinity there.
X <- model.matrix(~ arm + site + risk, f); beta <- rep(0, ncol(X))
for (step in 1:5000) {
  p <- plogis(drop(X %*% beta)); w <- p * (1 - p); V <- solve(crossprod(X * sqrt(w))); hat <- w * rowSums((X %*% V) * X)
  move <- drop(V %*% crossprod(X, y - p + hat * (0.5 - p))); move <- move * min(1, 1 / max(abs(move))); beta <- beta + move
  if (max(abs(move)) < 1e-14) break
}
h <- suppressWarnings(glm(y ~ arm + site + risk, binomial, f, method = "brglmFit", type = "AS_mean", start = beta, epsilon = 1e-12))
cat("largest difference from brglm2 started there:", max(abs(coef(h) - beta)), "\n")
firth <- function(key, value) put(key, value, 1e-8, "Firth 1993, modified score")
names(beta) <- colnames(X)
firth(paste0("pep_firth:log_odds_ratio", pair), beta["armindo"]); firth(paste0("pep_firth:log_odds_ratio_se", pair), sqrt(V["armindo", "armindo"]))
firth("pep_firth:estimate[term=RISK]", beta["risk"]); firth("pep_firth:estimate[level=4_Case,term=SITE]", beta["site4_Case"])

# Numbers.
w <- t.test(d$age[arm == "indo"], d$age[arm == "placebo"])
put(paste0("age_welch:t", pair), w$statistic, 1e-10, "t.test"); put(paste0("age_welch:p", pair), w$p.value, 1e-10, "t.test")
u <- wilcox.test(d$age[arm == "indo"], d$age[arm == "placebo"], exact = FALSE)
put(paste0("age_wilcoxon:u", pair), u$statistic, 1e-10, "wilcox.test(exact=FALSE)"); put(paste0("age_wilcoxon:p", pair), u$p.value, 1e-10, "wilcox.test(exact=FALSE)")
for (g in c("indo", "placebo")) { put(sprintf("age_summary7:q1[arm=%s]", g), quantile(d$age[arm == g], 0.25), 1e-12, "quantile(type=7)"); put(sprintf("age_summary7:mean[arm=%s]", g), mean(d$age[arm == g]), 1e-12, "mean") }
out <- do.call(rbind, rows)
write.csv(out, arguments[2], row.names = FALSE, quote = c(1, 4))
print(out, right = FALSE); print(R.version.string); for (p in c("coin", "metafor", "brglm2")) cat(p, format(packageVersion(p)), "\n")
