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
# data.csv as in ../wilcoxon, read from there. All differences are listed and sorted: slow, and another way than ours.
d <- read.csv("../wilcoxon/data.csv"); s <- paste("R", getRversion(), "sort(outer)")
for (case in unique(d$case)) for (l in c(0.9, 0.95)) {
  a <- d$value[d$case == case & d$group == "a"]; b <- d$value[d$case == case & d$group == "b"]; m <- length(a); n <- length(b)
  D <- sort(outer(a, b, "-")); put <- function(o, C) {
    o <- paste0("limits=", o, ";level=", l)
    add(case, o, "estimate", median(D), 1e-12, s); add(case, o, "order", C, 0, s)
    add(case, o, "lower", if (C < 1) "NE(Unbounded)" else D[C], 1e-12, s); add(case, o, "upper", if (C < 1) "NE(Unbounded)" else D[m * n + 1 - C], 1e-12, s)
  }
  put("asymptotic", max(0, floor(m * n / 2 - qnorm((1 + l) / 2) * sqrt(m * n * (m + n + 1) / 12))))
  put("exact", qwilcox((1 - l) / 2, m, n))
  if (l == 0.95) { cat("\n", case, median(D), "\n"); if (case != "constant") print(suppressWarnings(wilcox.test(a, b, conf.int = TRUE, exact = !anyDuplicated(c(a, b)))$conf.int)) }
}
h <- d[d$case == "hollander", ]; w <- with(h, wilcox.test(value[group == "a"], value[group == "b"], conf.int = TRUE, exact = TRUE))
add("hollander", "limits=exact;level=0.95", "lower", w$conf.int[1], 1e-9, paste("R", getRversion(), "wilcox.test exact")); add("hollander", "limits=exact;level=0.95", "upper", w$conf.int[2], 1e-9, paste("R", getRversion(), "wilcox.test exact"))
add("hollander", "limits=exact;level=0.95", "estimate", w$estimate[[1]], 1e-9, paste("R", getRversion(), "wilcox.test exact"))
finish()
