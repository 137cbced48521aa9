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
# data.csv of ../kaplan_meier. freireich: log-rank chi-square 16.79 (Gehan 1965 data, as in many textbooks).
suppressMessages(library(survival))
d <- read.csv("../kaplan_meier/data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival"))
for (case in c("freireich", "ties", "decimals", "all_events", "half", "zero_time")) for (strata in c("no", "yes")) for (rho in c(0, 1)) {
  dd <- d[d$case == case, ]; if (strata == "yes" && length(unique(dd$stratum)) == 1) next
  t <- if (strata == "yes") survdiff(Surv(time, status) ~ group + strata(stratum), dd, rho = rho) else survdiff(Surv(time, status) ~ group, dd, rho = rho)
  o <- paste0("strata=", strata, ";rho=", rho); cat("\n", case, o, "\n"); print(t)
  obs <- if (is.matrix(t$obs)) rowSums(t$obs) else t$obs; ex <- if (is.matrix(t$exp)) rowSums(t$exp) else t$exp
  df <- sum(ex > 0) - 1
  add(case, o, "chi_square", t$chisq, 1e-9, s); add(case, o, "df", df, 0, s); add(case, o, "p", pchisq(t$chisq, df, lower.tail = FALSE), 1e-8, s)
  for (g in seq_along(obs)) { add(case, paste0(o, ";group=", g - 1), "observed", obs[[g]], 1e-12, s); add(case, paste0(o, ";group=", g - 1), "expected", ex[[g]], 1e-10, s) }
  add(case, o, "first_variance", t$var[1, 1], 1e-9, s)
}
add("freireich", "strata=no;rho=0", "chi_square", "16.79", "abs 6e-3", "Freireich data in Kleinbaum & Klein 2012"); add("freireich", "strata=no;rho=0;group=0", "expected", "19.25", "abs 6e-3", "Freireich data in Kleinbaum & Klein 2012")
add("all_censored", "strata=no;rho=0", "p", "NE(NoEvents)", 0, "definition"); add("one", "strata=no;rho=0", "p", "NE(EmptyGroup)", 0, "definition")
finish()
