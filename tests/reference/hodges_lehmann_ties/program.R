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
# Data: ../wilcoxon/data.csv. coin inverts the exact conditional test (ties included); its limits are differences up
# to rounding of the shift, so that they are matched to the nearest difference.
suppressMessages(library(coin))
d <- read.csv("../wilcoxon/data.csv"); s <- paste("coin", packageVersion("coin"))
for (case in setdiff(unique(d$case), c("constant", "single", "equal_sums"))) for (level in c(0.95, 0.9)) {
  a <- d$value[d$case == case & d$group == "a"]; b <- d$value[d$case == case & d$group == "b"]; all <- as.vector(outer(a, b, "-"))
  x <- data.frame(v = c(a, b), g = factor(rep(c("a", "b"), c(length(a), length(b))))); t <- wilcox_test(v ~ g, x, distribution = "exact", conf.int = TRUE, conf.level = level)
  ci <- confint(t)$conf.int; cat("\n", case, level, "\n"); print(confint(t)); near <- function(y) all[which.min(abs(all - y))]
  o <- paste0("limits=exact_with_ties;level=", level); add(case, o, "lower", near(ci[1]), 1e-12, s); add(case, o, "upper", near(ci[2]), 1e-12, s)
  stopifnot(abs(near(ci[1]) - ci[1]) < 1e-6, abs(near(ci[2]) - ci[2]) < 1e-6)
}
add("single", "limits=exact_with_ties;level=0.95", "lower", "NE(Unbounded)", 0, "definition")
finish()
