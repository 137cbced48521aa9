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
suppressMessages({ library(mice) })
s <- paste("R", getRversion()); e <- paste("mice", packageVersion("mice"))
if (!file.exists("data.csv")) {
  set.seed(71)
  g <- function(case, estimate, se) data.frame(case, imputation = seq_along(estimate), estimate, se)
  write.csv(rbind(
    g("five", round(rnorm(5, 2, 0.6), 3), round(runif(5, 0.8, 1.2), 3)),
    g("hundred", round(rnorm(100, -1.2, 0.4), 4), round(runif(100, 0.45, 0.55), 4)),
    g("two", c(0.4, 0.9), c(0.3, 0.2)),
    g("little_missing", c(10.01, 10.02, 10.00, 10.015), c(2, 2.01, 1.99, 2)),
    g("much_missing", c(-5, 3, 9, -2, 6), c(0.2, 0.3, 0.1, 0.2, 0.25)),
    g("equal", rep(1.5, 3), c(0.5, 0.6, 0.7)),
    g("large", 1e6 + c(0.1, 0.3, 0.2, 0.6), rep(0.25, 4)),
    g("sas_oxygen", c(47.0120, 47.2407, 47.4995, 47.1485, 47.0042), c(0.95984, 0.93540, 1.00766, 0.95439, 0.96528)),
    g("sas_runtime", c(10.4441, 10.5040, 10.5922, 10.5279, 10.4913), c(0.28520, 0.26661, 0.26302, 0.26405, 0.27275)),
    g("sas_runpulse", c(171.216, 171.244, 171.909, 171.146, 172.072), c(1.59910, 1.75638, 1.85795, 1.75011, 1.84807)),
    g("no_variance", c(1, 1), c(0, 0)), g("one", 1, 1)), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv")
for (case in c("five", "hundred", "two", "little_missing", "much_missing", "equal", "large", "sas_oxygen", "sas_runtime", "sas_runpulse")) {
  q <- d$estimate[d$case == case]; u <- d$se[d$case == case]^2; m <- length(q)
  ubar <- mean(u); b <- var(q); t <- ubar + (1 + 1 / m) * b; r <- (1 + 1 / m) * b / ubar; lambda <- (1 + 1 / m) * b / t
  old <- (m - 1) * (1 + 1 / r)^2
  for (dfcom in c(Inf, 200, 38.5, 3)) for (level in c(0.95, 0.9)) {
    obs <- (dfcom + 1) / (dfcom + 3) * dfcom * (1 - lambda)
    df <- if (is.infinite(dfcom)) old else if (is.infinite(old)) obs else old * obs / (old + obs)
    o <- paste0("dfcom=", dfcom, ";conf=", level); est <- mean(q); se <- sqrt(t); h <- qt(1 - (1 - level) / 2, df) * se
    fmi <- function(v) (r + 2 / (v + 3)) / (r + 1)
    v <- list(estimate = est, within = ubar, between = b, total = t, se = se, relative_increase = r, share = lambda, df = if (is.infinite(df)) "NE(Unbounded)" else df,
      t = est / se, p = 2 * pt(-abs(est / se), df), lower = est - h, upper = est + h,
      fraction_old = fmi(old), efficiency_old = 1 / (1 + fmi(old) / m), fraction_test = fmi(df))
    for (k in names(v)) add(case, o, k, if (k %in% c("lower", "upper") && is.infinite(v[[k]])) "NE(Unbounded)" else v[[k]], 1e-9, s)
    if (level == 0.95 && !is.infinite(dfcom) && case != "equal") {
      p <- pool.scalar(q, u, n = dfcom + 1, k = 1)
      w <- c(estimate = p$qbar, within = p$ubar, between = p$b, total = p$t, relative_increase = p$r)
      # mice raises the share to at least 1e-4 before the degrees of freedom.
      if (lambda > 1e-4) w <- c(w, df = p$df, fraction_test = p$fmi)
      for (k in names(w)) add(case, o, k, w[[k]], 1e-9, e)
    }
    # Ratios: the exponentials.
    if (case %in% c("five", "two", "hundred")) {
      add(case, o, "ratio", exp(est), 1e-9, s); add(case, o, "ratio_lower", exp(est - h), 1e-9, s); add(case, o, "ratio_upper", exp(est + h), 1e-9, s)
    }
  }
  cat("\n", case, "\n"); print(unlist(pool.scalar(q, u, n = 39.5, k = 1)[c("m", "qbar", "ubar", "b", "t", "df", "r", "fmi")]), digits = 12)
}
add("no_variance", "dfcom=Inf;conf=0.95", "estimate", "NE(ZeroVariance)", 0, "definition")
add("one", "dfcom=Inf;conf=0.95", "estimate", "NE(TooFewValues)", 0, "definition")
add("five", "dfcom=0;conf=0.95", "estimate", "NE(InvalidArgument)", 0, "definition")
add("five", "dfcom=Inf;conf=1", "estimate", "NE(InvalidArgument)", 0, "definition")
# SAS/STAT 9.2 User's Guide, PROC MIANALYZE, Example 1 (EDF=30): estimates and standard errors as printed, with 4 or 5
# decimals, so that the printed results are met to some 3e-4 only. The fraction uses Rubin's degrees of freedom.
p <- "SAS/STAT 9.2 PROC MIANALYZE Example 1; quoted from memory"
sas <- list(sas_oxygen = c(0.041478, 0.930853, 0.980626, 26.298, 0.053471, 0.051977, 0.989712), sas_runtime = c(0.002948, 0.073142, 0.076679, 26.503, 0.048365, 0.047147, 0.990659), sas_runpulse = c(0.191086, 3.114442, 3.343744, 25.463, 0.073626, 0.070759, 0.986046))
for (case in names(sas)) for (i in 1:7) add(case, "dfcom=30;conf=0.95", c("between", "within", "total", "df", "relative_increase", "fraction_old", "efficiency_old")[i], sas[[case]][i], 4e-4, p)
finish()
