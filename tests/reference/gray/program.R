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
# data.csv of ../cumulative_incidence; Gray's test by cmprsk, which its author wrote.
suppressMessages(library(cmprsk))
d <- read.csv("../cumulative_incidence/data.csv"); s <- paste("cmprsk", packageVersion("cmprsk"))
for (case in c("ties", "three_causes", "small", "no_competing", "exhausted")) for (strata in c("no", "yes")) for (rho in c(0, 1)) {
  dd <- d[d$case == case, ]; if (strata == "yes" && length(unique(dd$stratum)) == 1) next
  u <- if (strata == "yes") cuminc(dd$time, dd$status, dd$group, dd$stratum, rho = rho) else cuminc(dd$time, dd$status, dd$group, rho = rho)
  cat("\n", case, strata, rho, "\n"); print(u$Tests)
  for (cause in rownames(u$Tests)) { o <- paste0("cause=", cause, ";strata=", strata, ";rho=", rho)
    add(case, o, "chi_square", u$Tests[cause, "stat"], 1e-8, s); add(case, o, "p", u$Tests[cause, "pv"], 1e-7, s); add(case, o, "df", u$Tests[cause, "df"], 0, s) }
}
add("no_event", "cause=1;strata=no;rho=0", "p", "NE(NoEvents)", 0, "definition"); add("all_censored", "cause=1;strata=no;rho=0", "p", "NE(NoEvents)", 0, "definition")
finish()
