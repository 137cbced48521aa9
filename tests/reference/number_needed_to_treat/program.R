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
# data.csv: case, events_a, n_a, events_b, n_b. Wald intervals by prop.test, inverted.
if (!file.exists("data.csv"))
  write.csv(data.frame(case = c("benefit", "spans", "harm", "equal"), events_a = c(60, 23, 5, 8), n_a = c(100, 60, 80, 40), events_b = c(38, 18, 21, 10), n_b = c(98, 61, 79, 50)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv")
for (i in seq_len(nrow(d))) for (event in c("wanted", "unwanted")) with(d[i, ], {
  ci <- suppressWarnings(prop.test(c(events_a, events_b), c(n_a, n_b), correct = FALSE)$conf.int); rd <- events_a / n_a - events_b / n_b
  if (event == "unwanted") { ci <- -rev(ci); rd <- -rd }
  put <- function(key, value, tol = 1e-9) add(case, paste0("event=", event), key, value, tol, paste(s, "prop.test inverted"))
  if (abs(rd) < 1e-15) put("estimate", "NE(Unbounded)", 0) else { put("estimate", 1 / abs(rd)); put("direction", sign(rd), 0) }
  if (ci[1] < 0 && ci[2] > 0) { put("benefit_from", 1 / ci[2]); put("harm_from", -1 / ci[1]) }
  else { near <- min(abs(ci)); far <- max(abs(ci)); put("from", 1 / far); put("to", 1 / near) }
  cat(case, event, rd, 1 / abs(rd), 1 / ci, "\n")
})
finish()
