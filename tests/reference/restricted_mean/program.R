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
# data.csv of ../kaplan_meier. survfit's rmean for the means; differences and ratios as in survRM2 (Uno et al. 2014), written out here.
suppressMessages(library(survival))
d <- read.csv("../kaplan_meier/data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival"))
reaches <- function(x, tau) tau <= max(x$time) || min(x$surv) == 0
for (case in c("freireich", "ties", "decimals", "all_events", "zero_time", "half", "all_censored")) {
  dd <- d[d$case == case & d$group < 2, ]; x <- lapply(0:1, function(g) survfit(Surv(time, status) ~ 1, dd[dd$group == g, ]))
  last <- min(sapply(x, function(f) max(f$time))); events <- lapply(x, function(f) f$time[f$n.event > 0])
  add(case, "horizon=largest", "horizon", last, 0, "definition")
  add(case, "horizon=event", "horizon", if (any(lengths(events) == 0)) "NE(NoEvents)" else min(sapply(events, max)), 0, "definition")
  for (tau in unique(c(0.5, 3, 7.25, 18, 21, last))) { o <- paste0("horizon=", tau)
    m <- se <- md <- numeric(2); ok <- sapply(x, reaches, tau)
    for (g in 0:1) { og <- paste0(o, ";group=", g)
      if (!ok[g + 1]) { add(case, og, "mean", "NE(NotReached)", 0, "definition"); next }
      r <- survival:::survmean(x[[g + 1]], rmean = tau)$matrix; m[g + 1] <- r[["rmean"]]; se[g + 1] <- r[["se(rmean)"]]; md[g + 1] <- sum(x[[g + 1]]$n.event[x[[g + 1]]$time <= tau])
      add(case, og, "mean", m[g + 1], 1e-10, s); add(case, og, "standard_error", se[g + 1], 1e-9, s); add(case, og, "lost", tau - m[g + 1], 1e-9, s)
      for (l in c(0.95, 0.8)) { add(case, paste0(og, ";level=", l), "lower", m[g + 1] - qnorm(0.5 + l / 2) * se[g + 1], 1e-9, s); add(case, paste0(og, ";level=", l), "upper", m[g + 1] + qnorm(0.5 + l / 2) * se[g + 1], 1e-9, s) }
      # Kaplan & Meier (1958), as SAS LIFETEST has it for the mean.
      add(case, paste0(og, ";variance=corrected"), "standard_error", if (md[g + 1] < 2) "NE(TooFewValues)" else se[g + 1] * sqrt(md[g + 1] / (md[g + 1] - 1)), 1e-9, s)
      cat(case, tau, g, format(c(m[g + 1], se[g + 1]), digits = 12), "\n")
    }
    if (!all(ok)) next
    contrast <- function(name, est, e, lg) {
      if (e == 0) { add(case, o, name, "NE(ZeroVariance)", 0, "definition"); return(invisible()) }
      z <- qnorm(0.975); back <- if (lg) exp else identity
      add(case, o, name, back(est), 1e-9, s); add(case, o, paste0(name, "_standard_error"), e, 1e-9, s); add(case, o, paste0(name, "_lower"), back(est - z * e), 1e-9, s); add(case, o, paste0(name, "_upper"), back(est + z * e), 1e-9, s); add(case, o, paste0(name, "_p"), 2 * pnorm(-abs(est / e)), 1e-8, s)
    }
    contrast("difference", m[1] - m[2], sqrt(sum(se^2)), FALSE); contrast("ratio", log(m[1] / m[2]), sqrt(sum((se / m)^2)), TRUE)
    if (all(tau - m > 0)) contrast("lost_ratio", log((tau - m[1]) / (tau - m[2])), sqrt(sum((se / (tau - m))^2)), TRUE) else add(case, o, "lost_ratio", "NE(ZeroCell)", 0, "definition")
  }
}
finish()
