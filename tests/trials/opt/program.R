# Expected values of methods that the recomputed table of the trial does not have.
# Usage: Rscript program.R DATA/opt.csv expected.csv > listing.txt    (R 4.2.2, car, emmeans)
arguments <- commandArgs(trailingOnly = TRUE)
d <- read.csv(arguments[1], na.strings = c("", ".", "NA"), strip.white = TRUE)
rows <- list()
put <- function(key, value, tolerance, source)
  rows[[length(rows) + 1]] <<- data.frame(key, value = sprintf("%.15g", unname(value)), tolerance, source)
pair <- "[arm=treated/control]"; z <- qnorm(0.975)
arm <- relevel(factor(c(T = "treated", C = "control")[d$Group]), "control"); clinic <- factor(d$Clinic)
preterm <- c(Yes = 1, No = 0)[d$Preg.ended...37.wk]
tight <- list(epsilon = 1e-14, maxit = 100)

# Strata: weights are the sizes of the clinics.
w <- table(clinic[!is.na(preterm)]); w <- w / sum(w)
of <- function(a) { i <- arm == a & !is.na(preterm); list(x = tapply(preterm[i], clinic[i], sum), n = table(clinic[i])) }
A <- of("treated"); B <- of("control"); rd <- sum(w * (A$x / A$n - B$x / B$n))
wilson <- function(s) {
  v <- s$x / s$n * (1 - s$x / s$n) / s$n; q <- z * sqrt(sum(w^2 * v)) / sum(w * sqrt(v))
  each <- sapply(seq_along(w), function(i) { p <- s$x[i] / s$n[i]; sort(Re(polyroot(c(p^2, -(2 * p + q^2 / s$n[i]), 1 + q^2 / s$n[i])))) })
  c(sum(w * each[1, ]), sum(w * each[2, ]))
}
a <- wilson(A); b <- wilson(B); la <- sum(w^2 / A$n); lb <- sum(w^2 / B$n)
half <- function(p, q) z * sqrt(la * p * (1 - p) + lb * q * (1 - q))
put(paste0("preterm_strat:risk_diff", pair), rd, 1e-10, "sum of weighted differences")
put(paste0("preterm_strat:risk_diff_lower", pair), rd - half(a[1], b[2]), 1e-8, "Yan & Su 2010")
put(paste0("preterm_strat:risk_diff_upper", pair), rd + half(a[2], b[1]), 1e-8, "Yan & Su 2010")

# Logistic regression: delta method of the adjusted risks, Wald tests of terms.
f <- data.frame(y = preterm, arm, clinic, age = d$Age)[!is.na(preterm), ]
g <- glm(y ~ arm + clinic + age, binomial, f, control = tight); g <- update(g, start = coef(g)); V <- vcov(g)
put(paste0("preterm_logistic:log_odds_ratio", pair), coef(g)[["armtreated"]], 1e-9, "glm(binomial)")
put(paste0("preterm_logistic:log_odds_ratio_se", pair), sqrt(V["armtreated", "armtreated"]), 1e-8, "glm(binomial)")
one <- function(a) { X <- model.matrix(delete.response(terms(g)), transform(f, arm = factor(a, levels(f$arm)))); p <- plogis(drop(X %*% coef(g))); list(p = mean(p), G = colMeans(X * p * (1 - p))) }
t <- one("treated"); u <- one("control"); G <- t$G - u$G
put("preterm_logistic:risk[arm=treated]", t$p, 1e-9, "mean of predictions")
put("preterm_logistic:risk_se[arm=control]", sqrt(drop(u$G %*% V %*% u$G)), 1e-8, "delta method")
put(paste0("preterm_logistic:risk_diff", pair), t$p - u$p, 1e-9, "mean of predictions")
put(paste0("preterm_logistic:risk_diff_se", pair), sqrt(drop(G %*% V %*% G)), 1e-8, "delta method")
i <- grep("clinic", names(coef(g)))
put("preterm_logistic:chi_square[term=CLINIC,test=wald]", drop(coef(g)[i] %*% solve(V[i, i]) %*% coef(g)[i]), 1e-8, "Wald")

m <- mantelhaen.test(table(factor(arm, c("treated", "control")), factor(preterm, c(1, 0)), clinic), correct = FALSE)
put("preterm_cmh:chi_square[arm=treated/control,test=mantel_haenszel]", m$statistic, 1e-9, "mantelhaen.test(correct=FALSE)")
put(paste0("preterm_cmh:odds_ratio", pair), m$estimate, 1e-9, "mantelhaen.test")

# Boschloo's test with tables ordered by Fisher's two-sided p-value.
out <- d$Birth.outcome; y <- c("Non-live birth" = 1, "Live birth" = 0, "Elective abortion" = 0)[out]
m <- sum(arm == "treated" & !is.na(y)); n <- sum(arm == "control" & !is.na(y)); e <- sum(y[arm == "treated"], na.rm = TRUE); k <- sum(y, na.rm = TRUE) - e
fisher <- function(total) {
  x <- max(0, total - n):min(m, total); q <- dhyper(x, m, n, total)
  data.frame(a = x, b = total - x, p = sapply(q, function(v) sum(q[q <= v * (1 + 1e-7)])))
}
all <- do.call(rbind, lapply(0:(m + n), fisher)); seen <- all$p[all$a == e & all$b == k]; at <- all[all$p <= seen * (1 + 1e-7), ]
f <- function(p) sum(exp(dbinom(at$a, m, p, log = TRUE) + dbinom(at$b, n, p, log = TRUE)))
grid <- seq(0.002, 0.998, 0.002); v <- sapply(grid, f); best <- grid[order(-v)[1:12]]
p <- max(sapply(best, function(g) optimize(f, c(g - 0.002, g + 0.002), maximum = TRUE, tol = 1e-12)$objective))
put(paste0("nonlive_boschloo:p", pair), p, 1e-7, "all tables, largest over the proportion")

# Analysis of covariance of those with both depths.
h <- lm(V5.PD.avg ~ arm + clinic + BL.PD.avg, transform(d, arm = arm, clinic = clinic), contrasts = list(arm = "contr.sum", clinic = "contr.sum"))
q <- car::Anova(h, type = 3)
put("pocket_ancova:f[term=CLINIC]", q["clinic", "F value"], 1e-8, "car::Anova(type = 3)"); put("pocket_ancova:p[term=CLINIC]", q["clinic", "Pr(>F)"], 1e-10, "car::Anova(type = 3)")
s <- as.data.frame(suppressMessages(summary(emmeans::emmeans(lm(V5.PD.avg ~ arm + clinic + BL.PD.avg, transform(d, arm = arm, clinic = clinic)[!is.na(d$V5.PD.avg) & !is.na(d$BL.PD.avg), ]), "arm"))))
for (i in 1:2) { put(sprintf("pocket_ancova:lsmean[arm=%s]", s$arm[i]), s$emmean[i], 1e-9, "emmeans of those with both depths"); put(sprintf("pocket_ancova:lsmean_se[arm=%s]", s$arm[i]), s$SE[i], 1e-9, "emmeans of those with both depths") }
out <- do.call(rbind, rows)
write.csv(out, arguments[2], row.names = FALSE, quote = c(1, 4))
print(out, right = FALSE); print(R.version.string); for (p in c("car", "emmeans")) cat(p, format(packageVersion(p)), "\n")
