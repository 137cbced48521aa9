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
suppressMessages(library(epiR))
# data.csv: case, events, n. The first four: Newcombe (1998), Statistics in Medicine 17, 857-872, table I.
if (!file.exists("data.csv"))
  write.csv(data.frame(case = c("newcombe_1", "newcombe_2", "newcombe_3", "newcombe_4", "all", "one_of_one", "large", "rare", "half"),
    events = c(81, 15, 0, 1, 10, 1, 9873, 3, 7), n = c(263, 148, 20, 29, 10, 1, 19435, 100001, 14)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv")
epi <- function(method, x, n, l) { r <- epi.conf(matrix(c(x, n), 1), ctype = "prevalence", method = method, conf.level = l); c(r$lower, r$upper) }
for (i in seq_len(nrow(d))) for (l in c(0.8, 0.95, 0.99)) with(d[i, ], {
  z <- qnorm((1 + l) / 2); p <- events / n; se <- sqrt(p * (1 - p) / n)
  both <- function(method, more, v, tol, source) {
    o <- paste0("method=", method, ";level=", l, more)
    add(case, o, "lower", v[1], tol, source); add(case, o, "upper", v[2], tol, source)
  }
  if (se > 0) both("wald", "", p + c(-1, 1) * z * se, 1e-9, paste(s, "formula"))
  else add(case, paste0("method=wald;level=", l), "lower", "NE(ZeroVariance)", 0, "definition")
  both("wald", ";correction=yes", p + c(-1, 1) * (z * se + 1 / (2 * n)), 1e-9, paste(s, "formula"))
  both("agresti_coull", "", epi("agresti", events, n, l), 1e-9, paste(s, "epiR epi.conf"))
  post <- qbeta(c((1 - l) / 2, (1 + l) / 2), events + 0.5, n - events + 0.5)
  both("jeffreys", ";ends=posterior", post, 1e-8, paste(s, "qbeta"))
  j <- epi("jeffreys", events, n, l); stopifnot(abs(j - post) < 1e-9)
  both("jeffreys", ";ends=closed", c(if (events == 0) 0 else post[1], if (events == n) 1 else post[2]), 1e-8, paste(s, "qbeta; closed at the ends"))
  # prop.test takes min(0.5, |x - n p|) with p = 1/2: another p keeps the whole correction.
  null <- if (abs(events - n / 2) < 0.5) 0.9 else 0.5
  if (abs(events - n * null) >= 0.5) {
    w <- suppressWarnings(prop.test(events, n, p = null, conf.level = l, correct = TRUE)$conf.int)
    both("wilson_corrected", "", c(if (events == 0) 0 else w[1], if (events == n) 1 else w[2]), 1e-8, paste(s, "prop.test"))
  }
  if (l == 0.95) { cat("\n", case, events, n, "\n"); print(rbind(wald = p + c(-1, 1) * z * se, agresti_coull = epi("agresti", events, n, l), jeffreys = post), digits = 12) }
})
published <- read.csv(text = "case,options,lower,upper
newcombe_1,method=wald;level=0.95,0.2522,0.3638
newcombe_1,method=wald;level=0.95;correction=yes,0.2503,0.3657
newcombe_1,method=wilson_corrected;level=0.95,0.2535,0.3682
newcombe_2,method=wald;level=0.95,0.0527,0.1500
newcombe_2,method=wald;level=0.95;correction=yes,0.0494,0.1534
newcombe_2,method=wilson_corrected;level=0.95,0.0598,0.1644
newcombe_3,method=wilson_corrected;level=0.95,0,0.2005
newcombe_4,method=wilson_corrected;level=0.95,0.0018,0.1963")
for (i in seq_len(nrow(published))) with(published[i, ], {
  add(case, options, "lower", lower, "abs 6e-5", "Newcombe 1998 table I"); add(case, options, "upper", upper, "abs 6e-5", "Newcombe 1998 table I")
})
add("empty", "method=jeffreys;ends=closed;level=0.95", "lower", "NE(EmptyGroup)", 0, "definition")
finish("epiR")
