# Run in this folder: Rscript program.R > listing.txt
# Reads ../cox/data.csv, writes expected.csv.
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
suppressMessages(library(survival))
d <- read.csv("../cox/data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival")); tight <- coxph.control(eps = 1e-14, toler.chol = 9e-15, iter.max = 60)
response <- function(dd) if (all(is.na(dd$start))) "Surv(stop, event)" else "Surv(start, stop, event)"
xs <- function(k) paste0("x", seq_len(k) - 1)
runs <- list(list("freireich", 2, FALSE, c(1, 3)), list("four_cells", 2, TRUE, c(0, 60)), list("crossing", 3, FALSE, c(1, 2, 0.5)), list("heavy_ties", 4, FALSE, c(1, 0.5, 1, 2)), list("late_entry", 3, TRUE, c(1, 48, 0)))
for (r in runs) for (ties in c("efron", "breslow")) {
  case <- r[[1]]; columns <- xs(r[[2]]); dd <- d[d$case == case, ]; o <- paste0("ties=", ties, ";columns=", paste(columns, collapse = "+"), ";strata=", if (r[[3]]) "yes" else "no")
  fit <- coxph(as.formula(paste(response(dd), "~", paste(columns, collapse = "+"), if (r[[3]]) "+ strata(stratum)")), dd, ties = ties, control = tight)
  m <- residuals(fit, "martingale"); for (i in unique(round(seq(1, nrow(dd), length.out = 12)))) add(case, paste0(o, ";record=", i - 1), "martingale", m[[i]], if (abs(m[[i]]) < 1e-6) 1e-4 else 1e-8, s)
  sch <- as.matrix(residuals(fit, "schoenfeld")); sc <- as.matrix(residuals(fit, "scaledsch")); deaths <- which(dd$event == 1); nstrat <- if (r[[3]]) dd$stratum else rep(0, nrow(dd)); at <- deaths[order(nstrat[deaths], dd$stop[deaths])]
  for (i in unique(round(seq(1, length(at), length.out = 8)))) for (j in seq_along(columns)) { oi <- paste0(o, ";record=", at[i] - 1, ";column=", j - 1); if (abs(sch[i, j]) > 1e-9) add(case, oi, "schoenfeld", sch[i, j], 1e-8, s); if (abs(sc[i, j]) > 1e-9) add(case, oi, "scaled", sc[i, j], 1e-8, s) }
  new <- as.data.frame(t(r[[4]])); names(new) <- columns; new0 <- new * 0
  for (at in 1:2) for (stratum in if (r[[3]]) sort(unique(dd$stratum))[1:2] else 0) for (est in c("efron", "breslow")) { nd <- list(new, new0)[[at]]; nd$stratum <- stratum
    sf <- survfit(fit, newdata = nd, ctype = if (est == "efron") 2 else 1, conf.type = "log-log"); so <- paste0(o, ";at=", paste(nd[columns], collapse = "+"), ";stratum=", stratum, ";estimator=", est, ";interval=log-log")
    ev <- which(sf$n.event > 0); for (i in unique(ev[round(seq(1, length(ev), length.out = 4))])) { oi <- paste0(so, ";time=", sf$time[i]); add(case, oi, "hazard", sf$cumhaz[i], 1e-8, s); add(case, oi, "se", sf$std.err[i], 1e-8, s)
      if (sf$surv[i] > 1e-12 && sf$surv[i] < 1 - 1e-9) { add(case, oi, "survival", sf$surv[i], 1e-8, s); add(case, oi, "lower", sf$lower[i], 1e-7, s); add(case, oi, "upper", sf$upper[i], 1e-7, s) } } }
}
add("arm_without_events", "ties=efron;columns=x0;strata=no;record=0", "martingale", "NE(Separation)", 0, "definition"); add("freireich", "ties=discrete;columns=x0;strata=no;at=0;time=5", "hazard", "NE(NotDefined)", 0, "definition"); add("freireich", "ties=efron;columns=x0;strata=no;at=0;time=0.5", "hazard", 0, 0, "definition"); add("freireich", "ties=efron;columns=x0;strata=no;at=0;stratum=3;time=5", "hazard", "NE(InvalidArgument)", 0, "definition")
finish()
