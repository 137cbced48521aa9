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
# data.csv of ../kaplan_meier; group 0 against group 1 by survfit and the transformations of Klein et al. (2007), section 2.
suppressMessages(library(survival))
d <- read.csv("../kaplan_meier/data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival"))
f <- list(plain = identity, log = log, `log-log` = function(p) -log(-log(p)), logit = qlogis, arcsin = function(p) asin(sqrt(p)))
slope <- list(plain = function(p) 1, log = function(p) 1 / p, `log-log` = function(p) -1 / (p * log(p)), logit = function(p) 1 / (p * (1 - p)), arcsin = function(p) 0.5 / sqrt(p * (1 - p)))
for (case in c("freireich", "ties", "decimals", "zero_time", "all_events")) for (t in c(0.5, 2.5, 4, 9.5, 20)) {
  dd <- d[d$case == case & d$group < 2, ]; one <- function(g) survfit(Surv(time, status) ~ 1, dd[dd$group == g, ])
  fs <- list(one(0), one(1)); o <- paste0("time=", t)
  if (any(sapply(fs, function(x) t > max(x$time) && min(x$surv) > 0))) { add(case, o, "difference", "NE(NotReached)", 0, "definition"); next }
  e <- lapply(fs, summary, times = t, extend = TRUE); S <- sapply(e, `[[`, "surv"); se <- sapply(e, `[[`, "std.err")
  if (any(S == 0) || all(se == 0)) { add(case, o, "difference", S[1] - S[2], 1e-12, s); add(case, o, "standard_error", "NE(ZeroVariance)", 0, "definition"); add(case, o, "lower", "NE(ZeroVariance)", 0, "definition"); next }
  v <- sqrt(sum(se^2)); cat(case, t, S, v, "\n")
  add(case, o, "survival_a", S[1], 1e-12, s); add(case, o, "survival_b", S[2], 1e-12, s); add(case, o, "difference", S[1] - S[2], 1e-10, s); add(case, o, "standard_error", v, 1e-9, s)
  for (l in c(0.95, 0.9)) { z <- qnorm(0.5 + l / 2); ol <- paste0(o, ";level=", l); add(case, ol, "lower", max(-1, S[1] - S[2] - z * v), 1e-9, s); add(case, ol, "upper", min(1, S[1] - S[2] + z * v), 1e-9, s) }
  for (n in names(f)) { on <- paste0(o, ";interval=", n)
    if (any(S == 1) && !n %in% c("plain", "log")) { add(case, on, "z", "NE(NoEvents)", 0, "definition"); next }
    b <- (f[[n]](S[1]) - f[[n]](S[2])) / sqrt(sum((se * sapply(S, slope[[n]]))^2)); add(case, on, "z", b, 1e-9, s); add(case, on, "p", 2 * pnorm(-abs(b)), 1e-8, s); add(case, on, "p_lower", pnorm(b), 1e-8, s) }
}
finish()
