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
# Data: ../signed_rank/data.csv. Estimate and limits by listing all averages; exact limits also from wilcox.test where
# nothing is tied (its estimate there is the same median). qsignrank gives the exact order.
d <- read.csv("../signed_rank/data.csv"); s <- paste("R", getRversion())
for (case in unique(d$case)) {
  v <- d$value[d$case == case]; n <- length(v); m <- outer(v, v, "+") / 2; w <- sort(m[upper.tri(m, diag = TRUE)]); k <- length(w)
  for (level in c(0.95, 0.9)) for (limits in c("exact", "asymptotic")) {
    C <- if (limits == "exact") qsignrank((1 - level) / 2, n) else max(0, floor(n * (n + 1) / 4 - qnorm((1 + level) / 2) * sqrt(n * (n + 1) * (2 * n + 1) / 24)))
    o <- paste0("limits=", limits, ";level=", level)
    add(case, o, "order", C, 0, paste(s, "qsignrank and formula")); add(case, o, "estimate", median(w), 1e-12, paste(s, "all averages"))
    add(case, o, "lower", if (C == 0) "NE(Unbounded)" else sprintf("%.17g", w[C]), 1e-12, paste(s, "all averages")); add(case, o, "upper", if (C == 0) "NE(Unbounded)" else sprintf("%.17g", w[k + 1 - C]), 1e-12, paste(s, "all averages"))
    cat(case, o, C, median(w), "\n")
    if (limits == "exact" && C > 0 && !anyDuplicated(abs(v)) && !any(v == 0)) {
      t <- wilcox.test(v, exact = TRUE, conf.int = TRUE, conf.level = level); print(t)
      add(case, o, "estimate", t$estimate[[1]], 1e-12, paste(s, "wilcox.test")); add(case, o, "lower", t$conf.int[1], 1e-12, paste(s, "wilcox.test")); add(case, o, "upper", t$conf.int[2], 1e-12, paste(s, "wilcox.test"))
    }
  }
}
add("none", "limits=exact;level=0.95", "estimate", "NE(TooFewValues)", 0, "definition")
finish()
