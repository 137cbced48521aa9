source("common.R")
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival"))
naive <- paste("R", getRversion(), "sum of d/n^2")
for (case in setdiff(unique(d$case), "none")) { fits <- list()
  for (g in c("0", "1", "all")) {
    dd <- d[d$case == case & (g == "all" | d$group == suppressWarnings(as.numeric(g))), ]; x <- rows_of(dd)
    f <- survfit(Surv(start, stop, status) ~ 1, x, id = id, robust = TRUE); keep <- which(f$n.event > 0); fits[[g]] <- f
    cat("\n", case, g, "\n"); print(data.frame(time = f$time, n = f$n.risk, d = f$n.event, mcf = f$cumhaz, se = f$std.chaz)[keep, ], digits = 10)
    pois <- sqrt(cumsum(f$n.event / f$n.risk^2))
    for (j in seq_along(keep)) { i <- keep[j]; o <- paste0("group=", g, ";step=", j)
      add(case, o, "time", f$time[i], 0, s); add(case, o, "n_risk", f$n.risk[i], 0, s); add(case, o, "n_event", f$n.event[i], 0, s); add(case, o, "mean", f$cumhaz[i], 1e-11, s)
      add(case, o, "standard_error", f$std.chaz[i], 1e-9, s); add(case, paste0(o, ";variance=poisson"), "standard_error", pois[i], 1e-10, naive)
      if (j %% 6 == 1 || length(keep) < 10) for (l in c(0.95, 0.9)) { z <- qnorm(0.5 + l / 2); m <- f$cumhaz[i]; se <- f$std.chaz[i]; for (k in c("plain", "log")) { ok <- paste0(o, ";interval=", k, ";level=", l)
        add(case, ok, "lower", if (k == "plain") max(0, m - z * se) else m * exp(-z * se / m), 1e-9, s); add(case, ok, "upper", if (k == "plain") m + z * se else m * exp(z * se / m), 1e-9, s) } } }
  }
  for (t in c(0.5, 4, 7.5, 12, 100)) { o <- paste0("time=", t)
    at <- function(f) { i <- sum(f$time <= t); if (i == 0) c(0, 0) else c(f$cumhaz[i], f$std.chaz[i]) }
    if (t > min(max(fits[["0"]]$time), max(fits[["1"]]$time))) { add(case, o, "difference", "NE(NotReached)", 0, "definition"); next }
    a <- at(fits[["0"]]); b <- at(fits[["1"]]); se <- sqrt(a[2]^2 + b[2]^2); if (se == 0) { add(case, o, "difference", "NE(ZeroVariance)", 0, "definition"); next }
    add(case, o, "difference", a[1] - b[1], 1e-9, s); add(case, o, "difference_standard_error", se, 1e-9, s); add(case, o, "difference_lower", a[1] - b[1] - qnorm(0.975) * se, 1e-9, s); add(case, o, "difference_p", 2 * pnorm(-abs(a[1] - b[1]) / se), 1e-8, s) }
}
finish()
