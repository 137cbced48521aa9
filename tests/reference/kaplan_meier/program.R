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
survival_cases <- function() {
  set.seed(5)
  mp <- c(6,6,6,6,7,9,10,10,11,13,16,17,19,20,22,23,25,32,32,34,35); mps <- c(1,1,1,0,1,0,1,0,0,1,1,0,0,0,1,1,0,0,0,0,0)
  pl <- c(1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23)
  g <- function(case, time, status, group, stratum = 0) data.frame(case, time, status, group, stratum)
  n <- 60; x <- ceiling(rexp(n, 0.05)); y <- ceiling(runif(n, 0, 60)); m <- 90; z <- round(rexp(m, 0.1), 2); w <- round(runif(m, 0, 25), 2)
  rbind(g("freireich", c(mp, pl), c(mps, rep(1, 21)), rep(0:1, c(21, 21))),
    g("ties", pmin(x, y), as.integer(x <= y), sample(0:2, n, TRUE), sample(0:1, n, TRUE)),
    g("decimals", pmin(z, w), as.integer(z <= w), sample(0:3, m, TRUE), sample(0:2, m, TRUE)),
    g("all_censored", c(3, 5, 5, 8), 0, c(0, 1, 0, 1)), g("all_events", c(1, 2, 4, 6, 7, 7), 1, c(0, 1, 0, 1, 0, 1)),
    g("half", c(2, 4, 5, 9), c(1, 1, 0, 0), c(0, 0, 1, 1)), g("one", 4, 1, 0), g("zero_time", c(0, 0, 3, 5), c(1, 0, 1, 0), c(0, 1, 0, 1)))
}
# data.csv: case, time, status (1 event), group, stratum. freireich: Freireich et al. (1963), 6-MP (group 0) and placebo.
suppressMessages(library(survival))
if (!file.exists("data.csv")) write.csv(survival_cases(), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival"))
ne <- function(v, surv) if (!is.na(v)) v else if (surv == 1) "NE(NoEvents)" else "NE(ZeroVariance)"
for (case in unique(d$case)) for (type in c("plain", "log", "log-log", "logit", "arcsin")) for (l in if (type == "log-log") c(0.9, 0.95) else 0.95) {
  dd <- d[d$case == case, ]; if (case == "freireich") dd <- dd[dd$group == 0, ]
  f <- survfit(Surv(time, status) ~ 1, dd, conf.type = type, conf.int = l); o <- paste0("interval=", type, ";level=", l)
  if (type == "log-log" && l == 0.95) { cat("\n", case, "\n"); print(summary(f, censored = TRUE)); print(f) }
  for (i in seq_along(f$time)) {
    oi <- paste0(o, ";step=", i)
    if (type == "plain") { add(case, oi, "time", f$time[i], 0, s); add(case, oi, "n_risk", f$n.risk[i], 0, s); add(case, oi, "n_event", f$n.event[i], 0, s); add(case, oi, "n_censor", f$n.censor[i], 0, s)
      add(case, oi, "survival", f$surv[i], 1e-12, s); add(case, oi, "standard_error", if (f$surv[i] == 0) "NE(ZeroVariance)" else f$surv[i] * f$std.err[i], 1e-9, s) }
    if (i %% 5 == 1 || nrow(dd) <= 30) { add(case, oi, "lower", ne(f$lower[i], f$surv[i]), 1e-9, s); add(case, oi, "upper", ne(f$upper[i], f$surv[i]), 1e-9, s) }
  }
  ps <- if (type == "log-log" && l == 0.95) c(0.1, 0.25, 0.5, 0.75, 0.9) else c(0.25, 0.5, 0.75)
  q <- quantile(f, ps); v <- function(x) if (is.na(x)) "NE(NotReached)" else x
  for (i in seq_along(ps)) { oi <- paste0(o, ";p=", ps[i]); m <- c(q$quantile[i], q$lower[i], q$upper[i])
    # The printed median and quantile() differ where the curve ends at the level; the printed one is taken.
    if (ps[i] == 0.5) m <- summary(f)$table[7:9]
    add(case, oi, "quantile", v(m[[1]]), 1e-12, s); add(case, oi, "quantile_lower", v(m[[2]]), 1e-12, s); add(case, oi, "quantile_upper", v(m[[3]]), 1e-12, s) }
  for (t in c(0.5, 4, 9.5, 23)) {
    oi <- paste0(o, ";time=", t)
    if (type == "plain") { e <- summary(f, times = t, extend = TRUE); add(case, oi, "table_n_risk", if (t > max(f$time)) 0 else e$n.risk, 0, s); add(case, oi, "table_n_event", e$n.event, 0, s); add(case, oi, "table_n_censor", sum(dd$time <= t & dd$status == 0), 0, s) }
    if (t > max(f$time) && min(f$surv) > 0) { add(case, oi, "at_survival", "NE(NotReached)", 0, "definition"); next }
    e <- summary(f, times = t, extend = TRUE)
    add(case, oi, "at_survival", e$surv, 1e-12, s); # summary() puts an interval of 1 to 1 where the log-log one is undefined.
    add(case, oi, "at_lower", if (e$surv == 1 && type %in% c("log-log", "logit", "arcsin")) "NE(NoEvents)" else ne(e$lower, e$surv), 1e-9, s); add(case, oi, "at_n_risk", e$n.risk, 0, s)
  }
}
# Published: 6-MP, S(6) 0.857, S(10) 0.753, S(23) 0.448, median 23.
o <- "interval=log-log;level=0.95"; p <- "Kalbfleisch & Prentice 2002 / Kleinbaum & Klein 2012"
add("freireich", paste0(o, ";step=1"), "survival", "0.857", "abs 6e-4", p); add("freireich", paste0(o, ";p=0.5"), "quantile", "23", 0, p); add("freireich", paste0(o, ";time=23"), "at_survival", "0.448", "abs 6e-4", p)
add("none", paste0(o, ";step=1"), "survival", "NE(TooFewValues)", 0, "definition")
finish()
