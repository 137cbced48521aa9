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
# Carried forward, by loops written for each rule. data.csv: case, baseline, v1..v6, blank where missing; r1..r6 responses.
s <- paste("R", getRversion())
if (!file.exists("data.csv")) {
  set.seed(73)
  g <- function(case, baseline, v) { r <- as.integer(v > 5); data.frame(case, baseline, matrix(v, 1, dimnames = list(NULL, paste0("v", 1:6))), matrix(r, 1, dimnames = list(NULL, paste0("r", 1:6)))) }
  h <- function(case, share) g(case, round(rnorm(1, 5, 2), 1), ifelse(runif(6) < share, NA, round(rnorm(6, 5, 2), 1)))
  d <- rbind(g("complete", 4.2, c(1, 9, 3, 7, 5, 6)), g("nothing", 4.2, rep(NA, 6)), g("no_baseline", NA, c(NA, 6.5, NA, NA, 6.5, NA)), g("ties", 7, c(7, NA, 7, NA, 3, NA)),
    g("first_missing", 5, c(NA, NA, 8, NA, NA, NA)), g("dropout", 3, c(6, 8, 2, NA, NA, NA)), do.call(rbind, lapply(1:8, function(i) h(paste0("random", i), c(0.3, 0.6)[1 + i %% 2]))))
  write.csv(d, "data.csv", row.names = FALSE, quote = FALSE, na = "")
}
d <- read.csv("data.csv")
for (i in seq_len(nrow(d))) {
  b <- d$baseline[i]; v <- unlist(d[i, paste0("v", 1:6)]); r <- unlist(d[i, paste0("r", 1:6)]); seen <- which(!is.na(v)); last <- if (length(seen)) max(seen) else 0
  for (method in c("locf", "bocf", "worst_larger", "worst_smaller")) for (base in c("excluded", "included")) for (gaps in c("all", "intermittent", "after_last")) for (run in c("none", "2")) {
    o <- paste0("method=", method, ";baseline=", base, ";gaps=", gaps, ";run=", run)
    for (j in 1:6) {
      value <- v[j]
      if (is.na(value)) {
        prior <- v[seq_len(j - 1)]; prior <- prior[!is.na(prior)]; if (base == "included" && !is.na(b)) prior <- c(b, prior)
        candidate <- if (method == "bocf") b else if (!length(prior)) NA else switch(method, locf = tail(prior, 1), worst_larger = max(prior), worst_smaller = min(prior))
        in_gap <- j < last
        steps <- j - max(c(0, seen[seen < j]))
        if ((gaps == "intermittent" && !in_gap) || (gaps == "after_last" && in_gap) || (run == "2" && steps > 2)) candidate <- NA
        value <- candidate
      }
      add(d$case[i], o, paste0("value_", j - 1), if (is.na(value)) "NE(NotReached)" else unname(value), 0, s)
    }
  }
  for (rule in c("every", "between")) for (j in 1:6) {
    value <- r[j]; if (is.na(value)) value <- if (rule == "every") 0 else { a <- r[seq_len(j - 1)]; z <- r[-seq_len(j)]; a <- tail(a[!is.na(a)], 1); z <- head(z[!is.na(z)], 1); as.integer(length(a) && length(z) && a == 1 && z == 1) }
    add(d$case[i], paste0("rule=", rule), paste0("response_", j - 1), unname(value), 0, s)
  }
}
print(d); finish()
