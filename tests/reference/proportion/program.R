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
# data.csv: case, events, n. The first four: Newcombe (1998), Statistics in Medicine 17, 857-872, table I.
if (!file.exists("data.csv"))
  write.csv(data.frame(case = c("newcombe_1", "newcombe_2", "newcombe_3", "newcombe_4", "all", "none", "one_of_one", "large", "rare"),
    events = c(81, 15, 0, 1, 10, 0, 1, 9873, 3), n = c(263, 148, 20, 29, 10, 10, 1, 19435, 100001)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv")
for (i in seq_len(nrow(d))) for (l in c(0.8, 0.95, 0.99)) with(d[i, ], {
  b <- binom.test(events, n, conf.level = l)$conf.int
  # prop.test rounds nothing without correction; Wilson's formula.
  w <- suppressWarnings(prop.test(events, n, conf.level = l, correct = FALSE)$conf.int)
  o <- paste0("level=", l); s <- paste("R", getRversion())
  add(case, paste0("method=clopper_pearson;", o), "estimate", events / n, 1e-12, s)
  add(case, paste0("method=clopper_pearson;", o), "lower", b[1], 1e-9, paste(s, "binom.test"))
  add(case, paste0("method=clopper_pearson;", o), "upper", b[2], 1e-9, paste(s, "binom.test"))
  # At 0 and n the exact limit is 0 or 1; prop.test leaves a rounding error there.
  add(case, paste0("method=wilson;", o), "lower", if (events == 0) 0 else w[1], 1e-9, paste(s, "prop.test"))
  add(case, paste0("method=wilson;", o), "upper", if (events == n) 1 else w[2], 1e-9, paste(s, "prop.test"))
  if (l == 0.95) { cat("\n", case, "\n"); print(b); print(w) }
})
published <- read.csv(text = "case,method,lower,upper
newcombe_1,clopper_pearson,0.2527,0.3676
newcombe_1,wilson,0.2553,0.3662
newcombe_2,clopper_pearson,0.0578,0.1617
newcombe_2,wilson,0.0624,0.1605
newcombe_3,clopper_pearson,0,0.1684
newcombe_3,wilson,0,0.1611
newcombe_4,clopper_pearson,0.0009,0.1776
newcombe_4,wilson,0.0061,0.1718")
for (i in seq_len(nrow(published))) with(published[i, ], {
  o <- paste0("method=", method, ";level=0.95")
  add(case, o, "lower", lower, "abs 6e-5", "Newcombe 1998 table I"); add(case, o, "upper", upper, "abs 6e-5", "Newcombe 1998 table I")
})
add("empty", "method=clopper_pearson;level=0.95", "estimate", "NE(EmptyGroup)", 0, "definition")
finish()
