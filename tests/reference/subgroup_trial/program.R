# Margins, subgroups, a graph of hypotheses and standardised differences on the trial indo_rct (R package medicaldata).
# Rscript program.R <indo_rct.csv> [expected.csv] > listing.txt
args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(args[1], na.strings = "")
out <- if (length(args) > 1) args[2] else "expected.csv"
rows <- data.frame()
put <- function(key, value, tolerance, source) {
  value <- if (is.character(value)) value else sprintf("%.15g", value)
  rows <<- rbind(rows, data.frame(key, value, tolerance, source))
}
d$arm <- factor(ifelse(d$rx == "1_indomethacin", "indo", "placebo"), levels = c("placebo", "indo"))
d$y <- as.integer(d$outcome == "1_yes")
d$SEX <- ifelse(d$gender == "1_female", "F", "M")
d$SOD <- ifelse(d$sod == "1_yes", "Y", "N")
d$SITE <- sub("^[0-9]_", "", d$site)
d$BLEED <- d$bleed
pair <- "arm=indo/placebo"
count <- function(data) {
  a <- data$y[data$arm == "indo"]; b <- data$y[data$arm == "placebo"]
  c(x1 = sum(a), n1 = length(a), x2 = sum(b), n2 = length(b))
}

# Farrington & Manning: z against a difference or ratio, by maximum likelihood under the hypothesis.
restricted <- function(t, of_second, low, high) {
  # The root of the derivative is sharper than the maximum.
  h <- 1e-6
  score <- function(p2) {
    p1 <- of_second(p2)
    slope <- (of_second(p2 + h) - of_second(p2 - h)) / (2 * h)
    slope * (t["x1"] / p1 - (t["n1"] - t["x1"]) / (1 - p1)) + t["x2"] / p2 - (t["n2"] - t["x2"]) / (1 - p2)
  }
  p2 <- uniroot(score, c(low, high), tol = 1e-15)$root
  c(of_second(p2), p2)
}
fm_difference <- function(t, null) {
  r <- restricted(t, function(p2) p2 + null, max(0, -null) + 1e-9, min(1, 1 - null) - 1e-9)
  unname((t["x1"] / t["n1"] - t["x2"] / t["n2"] - null) /
    sqrt(r[1] * (1 - r[1]) / t["n1"] + r[2] * (1 - r[2]) / t["n2"]))
}
fm_ratio <- function(t, null) {
  r <- restricted(t, function(p2) p2 * null, 1e-9, min(1, 1 / null) - 1e-9)
  unname((t["x1"] / t["n1"] - null * t["x2"] / t["n2"]) /
    sqrt(r[1] * (1 - r[1]) / t["n1"] + null^2 * r[2] * (1 - r[2]) / t["n2"]))
}
t <- count(d)
cat("Table\n"); print(t)
fm <- "Farrington & Manning 1990, restricted maximum likelihood by uniroot"
z <- fm_difference(t, 0.025)
p_pep_ni <- pnorm(z)
put(sprintf("pep_ni:p_non_inferiority[%s]", pair), p_pep_ni, 1e-9, fm)
put(sprintf("pep_ni:margin[%s]", pair), 0.025, 0, "as configured")
put(sprintf("pep_ni:non_inferior[%s]", pair), 1, 0, "Miettinen-Nurminen upper limit -0.024 (recomputed) below 0.025")
cat("\nz against 0.025:", z, "\n")
p_low <- pnorm(fm_difference(t, -0.15), lower.tail = FALSE)
p_up <- pnorm(fm_difference(t, 0.15))
put(sprintf("pep_eq:p_lower[%s]", pair), p_low, 1e-9, fm)
put(sprintf("pep_eq:p_upper[%s]", pair), p_up, 1e-15, fm)
put(sprintf("pep_eq:p_equivalence[%s]", pair), max(p_low, p_up), 1e-9, fm)
p1 <- t["x1"] / t["n1"]; p2 <- t["x2"] / t["n2"]
wald <- p1 - p2 + c(-1, 1) * qnorm(0.95) * sqrt(p1 * (1 - p1) / t["n1"] + p2 * (1 - p2) / t["n2"])
put(sprintf("pep_eq:equivalent[%s]", pair), as.numeric(wald[1] > -0.15 & wald[2] < 0.15), 0, "Wald interval of 90 %")
p_pep_rr <- pnorm(fm_ratio(t, 0.85))
put(sprintf("pep_rr:p_superiority[%s]", pair), p_pep_rr, 1e-9, fm)
katz <- exp(log(p1 / p2) + c(-1, 1) * qnorm(0.975) * sqrt(1 / t["x1"] - 1 / t["n1"] + 1 / t["x2"] - 1 / t["n2"]))
put(sprintf("pep_rr:superior_by_margin[%s]", pair), as.numeric(katz[2] < 0.85), 0, "Katz interval of 95 %")
woolf <- function(t) {
  c(log(t["x1"] * (t["n2"] - t["x2"]) / (t["x2"] * (t["n1"] - t["x1"]))),
    sqrt(1 / t["x1"] + 1 / (t["n1"] - t["x1"]) + 1 / t["x2"] + 1 / (t["n2"] - t["x2"])))
}
w <- woolf(t)
put(sprintf("pep_or:p_non_inferiority[%s]", pair), unname(pnorm((w[1] - log(1.25)) / w[2])), 1e-9, "Woolf, log scale")
put(sprintf("pep_or:non_inferior[%s]", pair), as.numeric(exp(w[1] + qnorm(0.975) * w[2]) < 1.25), 0, "Woolf interval")

# Ages.
welch <- t.test(age ~ factor(arm, levels = c("indo", "placebo")), d, mu = -3, alternative = "greater")
print(welch)
put(sprintf("age_ni:p_non_inferiority[%s]", pair), welch$p.value, 1e-9, "t.test(mu = -3, alternative = greater)")
put(sprintf("age_ni:non_inferior[%s]", pair), as.numeric(t.test(age ~ factor(arm, levels = c("indo", "placebo")), d)$conf.int[1] > -3), 0, "t.test")
one <- function(mu, side) t.test(age ~ factor(arm, levels = c("indo", "placebo")), d, mu = mu, alternative = side, var.equal = TRUE)$p.value
put(sprintf("age_eq:p_lower[%s]", pair), one(-2.5, "greater"), 1e-9, "t.test, pooled")
put(sprintf("age_eq:p_upper[%s]", pair), one(2.5, "less"), 1e-12, "t.test, pooled")
put(sprintf("age_eq:p_equivalence[%s]", pair), max(one(-2.5, "greater"), one(2.5, "less")), 1e-9, "t.test, pooled")
put(sprintf("age_eq:equivalent[%s]", pair), as.numeric(max(one(-2.5, "greater"), one(2.5, "less")) < 0.05), 0, "t.test, pooled")
fit <- lm(age ~ arm + SEX + risk, d)
print(summary(fit))
est <- coef(summary(fit))["armindo", ]
p_age_sup <- pt((est[1] - 1) / est[2], fit$df.residual, lower.tail = FALSE)
put(sprintf("age_ancova:p_superiority[%s]", pair), unname(p_age_sup), 1e-9, "lm")
put(sprintf("age_ancova:superior_by_margin[%s]", pair), as.numeric(confint(fit)["armindo", 1] > 1), 0, "lm, confint")

# Subgroups of the risk difference.
q_test <- function(key, est, se, source) {
  w <- 1 / se^2; q <- sum(w * (est - sum(w * est) / sum(w))^2)
  put(sub("#", "chi_square", key), q, 1e-7, source)
  put(sub("#", "df", key), length(est) - 1, 0, source)
  put(sub("#", "p", key), pchisq(q, length(est) - 1, lower.tail = FALSE), 1e-8, source)
}
for (variable in c("SEX", "SOD", "SITE", "BLEED")) {
  levels <- sort(unique(na.omit(d[[variable]])))
  tables <- lapply(levels, function(l) count(d[!is.na(d[[variable]]) & d[[variable]] == l, ]))
  for (i in seq_along(levels)) {
    s <- tables[[i]]
    at <- function(statistic, arm) sprintf("pep_ni:%s[arm=%s,subgroup=%s:%s]", statistic, arm, variable, levels[i])
    put(at("n", "indo"), unname(s["n1"]), 0, "count"); put(at("n", "placebo"), unname(s["n2"]), 0, "count")
    put(at("events", "indo"), unname(s["x1"]), 0, "count"); put(at("events", "placebo"), unname(s["x2"]), 0, "count")
    rd <- unname(s["x1"] / s["n1"] - s["x2"] / s["n2"])
    put(at("risk_diff", "indo/placebo"), rd, 1e-12, "formula")
    # Miettinen & Nurminen: the limits at which the restricted score statistic is the normal quantile.
    mn <- function(null) fm_difference(s, null) * sqrt((sum(s[c("n1", "n2")]) - 1) / sum(s[c("n1", "n2")]))
    if (all(s[c("x1", "x2")] > 0)) {
      lower <- uniroot(function(x) mn(x) - qnorm(0.975), c(-0.95, rd - 1e-6), tol = 1e-13)$root
      upper <- uniroot(function(x) mn(x) + qnorm(0.975), c(rd + 1e-6, 0.95), tol = 1e-13)$root
      put(at("risk_diff_lower", "indo/placebo"), lower, 1e-7, "Miettinen & Nurminen 1985, uniroot")
      put(at("risk_diff_upper", "indo/placebo"), upper, 1e-7, "Miettinen & Nurminen 1985, uniroot")
      or <- woolf(s)
      put(at("odds_ratio", "indo/placebo"), unname(exp(or[1])), 1e-9, "Woolf")
      put(at("odds_ratio_lower", "indo/placebo"), unname(exp(or[1] - qnorm(0.975) * or[2])), 1e-9, "Woolf")
      put(at("odds_ratio_upper", "indo/placebo"), unname(exp(or[1] + qnorm(0.975) * or[2])), 1e-9, "Woolf")
      put(at("risk_ratio", "indo/placebo"), unname((s["x1"] / s["n1"]) / (s["x2"] / s["n2"])), 1e-9, "formula")
    } else {
      put(at("odds_ratio", "indo/placebo"), "NE", 0, "no events")
    }
  }
  without <- is.na(d[[variable]])
  put(sprintf("pep_ni:missing[arm=indo,subgroup=%s]", variable), sum(without & d$arm == "indo"), 0, "count")
  put(sprintf("pep_ni:missing[arm=placebo,subgroup=%s]", variable), sum(without & d$arm == "placebo"), 0, "count")
  key <- function(effect) sprintf("pep_ni:interaction_#[%s,effect=%s,subgroup=%s,test=heterogeneity]", pair, effect, variable)
  if (all(sapply(tables, function(s) all(s[c("x1", "x2")] > 0)))) {
    prop <- sapply(tables, function(s) {
      p <- c(s["x1"] / s["n1"], s["x2"] / s["n2"])
      c(p[1] - p[2], sqrt(sum(p * (1 - p) / c(s["n1"], s["n2"]))))
    })
    q_test(key("risk_diff"), prop[1, ], prop[2, ], "Cochran's Q, binomial variances")
    or <- sapply(tables, woolf)
    q_test(key("odds_ratio"), or[1, ], or[2, ], "Cochran's Q, Woolf")
    rr <- sapply(tables, function(s) c(log((s["x1"] / s["n1"]) / (s["x2"] / s["n2"])),
                                       sqrt(1 / s["x1"] - 1 / s["n1"] + 1 / s["x2"] - 1 / s["n2"])))
    q_test(key("risk_ratio"), rr[1, ], rr[2, ], "Cochran's Q, Katz")
  } else {
    for (effect in c("risk_diff", "odds_ratio", "risk_ratio")) put(sub("#", "p", key(effect)), "NE", 0, "a level without events")
  }
  tight <- glm.control(epsilon = 1e-14, maxit = 100)
  both <- glm(y ~ arm * factor(get(variable)), binomial, d, control = tight)
  main <- glm(y ~ arm + factor(get(variable)), binomial, d, control = tight)
  lr <- anova(main, both, test = "LRT")
  cat("\nInteraction with", variable, "\n"); print(lr)
  key <- sprintf("pep_ni:interaction_#[subgroup=%s,test=likelihood_ratio]", variable)
  put(sub("#", "chi_square", key), lr$Deviance[2], 1e-6, "glm, likelihood ratio")
  put(sub("#", "df", key), lr$Df[2], 0, "glm, likelihood ratio")
  put(sub("#", "p", key), lr$`Pr(>Chi)`[2], 1e-6, "glm, likelihood ratio")
}

# Subgroups of the ages.
for (variable in c("SEX", "SOD")) {
  levels <- sort(unique(d[[variable]]))
  est <- sapply(levels, function(l) {
    r <- t.test(age ~ factor(arm, levels = c("indo", "placebo")), d[d[[variable]] == l, ])
    at <- function(statistic) sprintf("age_ni:%s[%s,subgroup=%s:%s]", statistic, pair, variable, l)
    put(at("diff"), unname(-diff(r$estimate)), 1e-9, "t.test")
    put(at("diff_lower"), r$conf.int[1], 1e-9, "t.test"); put(at("diff_upper"), r$conf.int[2], 1e-9, "t.test")
    put(at("p"), r$p.value, 1e-9, "t.test")
    c(-diff(r$estimate), r$stderr)
  })
  q_test(sprintf("age_ni:interaction_#[%s,effect=diff,subgroup=%s,test=heterogeneity]", pair, variable), est[1, ], est[2, ], "Cochran's Q, Welch")
  f <- anova(lm(age ~ arm + get(variable), d), lm(age ~ arm * get(variable), d))
  key <- sprintf("age_ni:interaction_#[subgroup=%s,test=f]", variable)
  put(sub("#", "f", key), f$F[2], 1e-8, "lm, anova"); put(sub("#", "df", key), f$Df[2], 0, "lm, anova")
  put(sub("#", "df2", key), f$Res.Df[2], 0, "lm, anova"); put(sub("#", "p", key), f$`Pr(>F)`[2], 1e-9, "lm, anova")
  # Adjusted: the subgroup's own variable is no factor within it.
  others <- setdiff("SEX", variable)
  right <- paste(c("arm", others, "risk"), collapse = " + ")
  est <- sapply(levels, function(l) {
    fit <- lm(as.formula(paste("age ~", right)), d[d[[variable]] == l, ])
    at <- function(statistic) sprintf("age_ancova:%s[%s,subgroup=%s:%s]", statistic, pair, variable, l)
    put(at("diff"), coef(fit)[["armindo"]], 1e-9, "lm")
    put(at("diff_lower"), confint(fit)["armindo", 1], 1e-9, "lm"); put(at("diff_upper"), confint(fit)["armindo", 2], 1e-9, "lm")
    coef(summary(fit))["armindo", 1:2]
  })
  q_test(sprintf("age_ancova:interaction_#[%s,effect=diff,subgroup=%s,test=heterogeneity]", pair, variable), est[1, ], est[2, ], "Cochran's Q, lm")
  f <- anova(lm(as.formula(paste("age ~", right, "+", variable)), d), lm(as.formula(paste("age ~", right, "+ arm *", variable)), d))
  key <- sprintf("age_ancova:interaction_#[subgroup=%s,test=f]", variable)
  put(sub("#", "f", key), f$F[2], 1e-8, "lm, anova"); put(sub("#", "df2", key), f$Res.Df[2], 0, "lm, anova")
  put(sub("#", "p", key), f$`Pr(>F)`[2], 1e-9, "lm, anova")
}

# The graph: Bretz et al. (2011), algorithm 2, with a number of 1e-9 in place of the infinitesimal one.
p <- c(pep_ni = p_pep_ni, pep_rr = p_pep_rr, age_ni = welch$p.value, age_sup = unname(p_age_sup))
e <- 1e-9
w <- c(0.5, 0.5, 0, 0)
g <- rbind(c(0, 0.5, 0.5, 0), c(1 - e, 0, 0, e), c(0, 0, 0, 1), c(0, 0, 0, 0))
left <- 1:4; largest <- 0; adjusted <- rep(1, 4)
while (length(left) > 0 && any(w[left] > 0)) {
  ratio <- ifelse(w[left] > 0, p[left] / w[left], Inf)
  j <- left[which.min(ratio)]
  largest <- max(largest, min(ratio)); adjusted[j] <- min(largest, 1)
  left <- setdiff(left, j)
  w2 <- w; g2 <- g
  for (l in left) {
    w2[l] <- w[l] + w[j] * g[j, l]
    for (k in left) {
      through <- g[l, j] * g[j, l]
      g2[l, k] <- if (l != k && through < 1) (g[l, k] + g[l, j] * g[j, k]) / (1 - through) else 0
    }
  }
  w <- w2; g <- g2; w[j] <- 0; g[j, ] <- 0; g[, j] <- 0
}
names(adjusted) <- names(p)
cat("\nRaw and adjusted p-values of the graph\n"); print(rbind(p, adjusted))
for (h in names(p)) {
  put(sprintf("mult:p_adjusted[hypothesis=%s]", h), adjusted[[h]], 1e-7, "Bretz et al. 2011, algorithm 2")
  put(sprintf("mult:rejected[hypothesis=%s]", h), as.numeric(adjusted[[h]] <= 0.025), 0, "Bretz et al. 2011, algorithm 2")
}

# Standardised differences.
smd <- function(x) {
  a <- x[d$arm == "indo"]; b <- x[d$arm == "placebo"]
  (mean(a) - mean(b)) / sqrt((var(a) + var(b)) / 2)
}
put("base:std_diff[arm=indo/placebo,variable=AGE]", smd(d$age), 1e-10, "Austin 2009")
put("base:std_diff[arm=indo/placebo,variable=RISK]", smd(d$risk), 1e-10, "Austin 2009")
distance <- function(x) {
  share <- function(arm) prop.table(table(factor(x)[d$arm == arm]))[-1]
  a <- share("indo"); b <- share("placebo")
  s <- (diag(a, length(a)) - a %o% a + diag(b, length(b)) - b %o% b) / 2
  sqrt(c(t(a - b) %*% solve(s) %*% (a - b)))
}
put("base:std_diff[arm=indo/placebo,variable=SEX]", distance(d$SEX), 1e-10, "Yang & Dalton 2012")
put("base:std_diff[arm=indo/placebo,variable=SITE]", distance(d$SITE), 1e-9, "Yang & Dalton 2012")
write.csv(rows, out, row.names = FALSE, quote = TRUE)
cat("\n", nrow(rows), "values;", R.version.string, "\n")
