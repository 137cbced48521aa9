# Run in this folder: Rscript program.R > listing.txt
rows <- list()
add <- function(case, options, key, value, tolerance, source) {
  if (is.numeric(value)) value <- sprintf("%.17g", value)
  rows[[length(rows) + 1]] <<- data.frame(case, options, key, value, tolerance, source)
}
finish <- function(packages = character()) {
  out <- do.call(rbind, rows)
  write.csv(out, "expected.csv", row.names = FALSE, quote = FALSE)
  cat("\n", nrow(out), "expected values written\n")
  for (p in packages) cat(p, format(packageVersion(p)), "\n")
  print(R.version.string)
}
s <- paste("R", getRversion())
if (!file.exists("data.csv"))
  write.csv(data.frame(case = c("mendel", "none", "all", "one", "small", "rare", "large", "middle"),
    events = c(682, 0, 12, 1, 7, 4, 9873, 5), n = c(925, 15, 12, 1, 9, 2000, 19435, 10)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv")
for (i in seq_len(nrow(d))) for (null in c(0.002, 0.1, 0.5, 0.75)) with(d[i, ], {
  p <- function(a) binom.test(events, n, null, alternative = a)$p.value
  if (p("two.sided") < 1e-280) return()
  o <- paste0("null=", null)
  add(case, paste0(o, ";tails=no_more_probable"), "p_two_sided", p("two.sided"), 1e-9, paste(s, "binom.test"))
  add(case, paste0(o, ";tails=twice"), "p_two_sided", min(1, 2 * min(p("less"), p("greater"))), 1e-9, paste(s, "binom.test"))
  add(case, o, "p_less", p("less"), 1e-9, paste(s, "binom.test"))
  add(case, o, "p_greater", p("greater"), 1e-9, paste(s, "binom.test"))
  z <- (events - n * null) / sqrt(n * null * (1 - null))
  add(case, o, "z", z, 1e-12, paste(s, "formula"))
  if (abs(z) < 37) add(case, o, "p_asymptotic", suppressWarnings(prop.test(events, n, null, correct = FALSE)$p.value), 1e-9, paste(s, "prop.test"))
  cat(case, events, n, null, p("two.sided"), p("less"), p("greater"), "\n")
})
# R help of binom.test: Conover (1971), p. 97f., Mendel's peas, 682 of 925 giant, null 3/4: p = 0.3825.
add("mendel", "null=0.75;tails=no_more_probable", "p_two_sided", 0.3825, "abs 6e-5", "Conover 1971")
add("empty", "null=0.5;tails=twice", "p_less", "NE(EmptyGroup)", 0, "definition")
finish()
