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
# data.csv: case, time, status (0 censored, 1 and 2 causes, 3 a third), group, stratum; all generated.
suppressMessages({ library(survival); library(cmprsk) })
if (!file.exists("data.csv")) {
  set.seed(6)
  g <- function(case, time, status, group, stratum = 0) data.frame(case, time, status, group, stratum)
  n <- 80; t1 <- ceiling(rexp(n, 0.08)); c1 <- ceiling(runif(n, 0, 30)); m <- 120; t2 <- round(rexp(m, 0.05), 2); c2 <- round(runif(m, 5, 60), 2); gr <- sample(0:2, m, TRUE)
  write.csv(rbind(g("ties", pmin(t1, c1), ifelse(t1 <= c1, sample(1:2, n, TRUE), 0), sample(0:1, n, TRUE), sample(0:1, n, TRUE)),
    g("three_causes", pmin(t2, c2), ifelse(t2 <= c2, 1 + (runif(m) < 0.3 + 0.2 * gr) + (runif(m) < 0.1), 0), gr, sample(0:2, m, TRUE)),
    g("small", c(1, 2, 2, 3, 4, 5, 5, 6, 7, 9), c(1, 2, 1, 0, 1, 2, 1, 0, 1, 0), c(0, 0, 1, 1, 0, 1, 0, 1, 1, 0)),
    g("no_competing", c(1, 2, 2, 3, 4, 5, 8), c(1, 0, 1, 1, 0, 1, 0), c(0, 1, 0, 1, 0, 1, 1)),
    g("no_event", c(1, 2, 3, 4), c(2, 0, 2, 0), c(0, 1, 0, 1)), g("all_censored", c(1, 2, 3), 0, c(0, 1, 0)),
    g("exhausted", c(1, 2, 3, 4, 5, 6), c(1, 2, 1, 2, 2, 1), c(0, 1, 0, 1, 0, 1))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival")); s2 <- paste("cmprsk", packageVersion("cmprsk"))
for (case in setdiff(unique(d$case), "all_censored")) {
  dd <- d[d$case == case, ]
  for (cause in setdiff(sort(unique(dd$status)), 0)) {
    for (type in c("plain", "log", "log-log")) {
      f <- survfit(Surv(time, factor(status, 0:3)) ~ 1, dd, conf.type = type); o <- paste0("variance=greenwood;cause=", cause, ";interval=", type, ";level=0.95")
      if (type == "plain") { cat("\n", case, cause, "\n"); print(cbind(f$time, f$pstate[, cause + 1], f$std.err[, cause + 1]), digits = 10) }
      for (i in seq_along(f$time)) {
        oi <- paste0(o, ";step=", i); p <- f$pstate[i, cause + 1]
        if (type == "plain") { add(case, oi, "time", f$time[i], 0, s); add(case, oi, "incidence", p, 1e-10, s); add(case, oi, "standard_error", f$std.err[i, cause + 1], 1e-9, s); add(case, oi, "n_event", f$n.event[i, cause + 1], 0, s) }
        if (p > 0 && (i %% 5 == 1 || nrow(dd) <= 10)) { add(case, oi, "lower", f$lower[i, cause + 1], 1e-8, s); add(case, oi, "upper", f$upper[i, cause + 1], 1e-8, s) }
      }
    }
    u <- cuminc(dd$time, dd$status); k <- u[[paste("1", cause)]]
    for (t in quantile(unique(dd$time[dd$status > 0]), seq(0, 1, 0.1), type = 1, names = FALSE)) {
      e <- timepoints(u[names(u) != "Tests"], t); o <- paste0("variance=aalen;cause=", cause, ";interval=plain;level=0.95;time=", t); r <- paste("1", cause)
      add(case, o, "at_incidence", e$est[r, 1], 1e-10, s2); add(case, o, "at_standard_error", sqrt(e$var[r, 1]), 1e-9, s2)
    }
  }
}
add("no_event", "variance=greenwood;cause=1;interval=plain;level=0.95;step=4", "incidence", 0, 0, "definition"); add("no_event", "variance=greenwood;cause=1;interval=log-log;level=0.95;step=4", "lower", "NE(NoEvents)", 0, "definition")
add("all_censored", "variance=greenwood;cause=1;interval=plain;level=0.95;step=3", "incidence", 0, 0, "definition")
finish()
