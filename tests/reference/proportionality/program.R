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
runs <- list(list("freireich", 2, FALSE), list("four_cells", 4, FALSE), list("four_cells", 4, TRUE), list("centres", 4, FALSE), list("crossing", 3, TRUE), list("recurrences", 3, FALSE), list("recurrences", 3, TRUE), list("infections", 4, FALSE), list("heavy_ties", 4, FALSE), list("heavy_ties", 2, TRUE), list("late_entry", 3, FALSE), list("late_entry", 3, TRUE))
for (r in runs) for (ties in c("efron", "breslow")) {
  case <- r[[1]]; columns <- xs(r[[2]]); dd <- d[d$case == case, ]; o <- paste0("ties=", ties, ";columns=", paste(columns, collapse = "+"), ";strata=", if (r[[3]]) "yes" else "no")
  fit <- coxph(as.formula(paste(response(dd), "~", paste(columns, collapse = "+"), if (r[[3]]) "+ strata(stratum)")), dd, ties = ties, control = tight)
  for (tr in c("km", "identity", "rank", "log")) { z <- cox.zph(fit, transform = tr, terms = FALSE); cat("\n", case, o, tr, "\n"); print(z, digits = 10); n <- nrow(z$table)
    for (k in seq_len(n)) { ok <- paste0(o, ";transform=", tr, ";term=", if (k == n) "global" else k - 1); add(case, ok, "chi_square", z$table[k, 1], 1e-7, s); add(case, ok, "test_df", z$table[k, 2], 0, s); add(case, ok, "test_p", z$table[k, 3], 1e-7, s) } }
}
# A factor of several columns as one term.
dd <- d[d$case == "four_cells", ]; dd$f <- factor(dd$x3 + 2 * dd$x0); fit <- coxph(Surv(stop, event) ~ cbind(x0, x3) + x1, dd, control = tight); z <- cox.zph(fit); print(z, digits = 10); o <- "ties=efron;columns=x0+x1+x3;strata=no;transform=km"
add("four_cells", paste0(o, ";term=0+2"), "chi_square", z$table[1, 1], 1e-7, s); add("four_cells", paste0(o, ";term=0+2"), "test_df", z$table[1, 2], 0, s); add("four_cells", paste0(o, ";term=1"), "chi_square", z$table[2, 1], 1e-7, s); add("four_cells", paste0(o, ";term=global"), "chi_square", z$table[3, 1], 1e-7, s)
o <- "ties=efron;columns=x0+x1+x2+x3;strata=no;transform=km"; dd <- d[d$case == "collinear", ]; z <- cox.zph(coxph(Surv(stop, event) ~ x0 + x1, dd, control = tight)); add("collinear", paste0(o, ";term=0"), "chi_square", z$table[1, 1], 1e-7, s); add("collinear", paste0(o, ";term=2"), "chi_square", "NE(Singular)", 0, "definition"); add("collinear", paste0(o, ";term=global"), "chi_square", z$table[3, 1], 1e-7, s)
add("arm_without_events", "ties=efron;columns=x0;strata=no;transform=km;term=0", "chi_square", "NE(Separation)", 0, "definition"); add("freireich", "ties=discrete;columns=x0;strata=no;transform=km;term=0", "chi_square", "NE(NotDefined)", 0, "definition"); add("all_at_once", "ties=efron;columns=x0;strata=no;transform=km;term=0", "chi_square", "NE(Singular)", 0, "definition")
finish()
