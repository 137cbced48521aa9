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
# data.csv: case, events_a, n_a, events_b, n_b. newcombe_a..h: Newcombe (1998), Statistics in Medicine 17, 873-890, table II.
if (!file.exists("data.csv"))
  write.csv(data.frame(case = c(paste0("newcombe_", letters[1:8]), "balanced", "nearly", "large", "empty"),
    events_a = c(56, 9, 6, 5, 0, 0, 10, 10, 21, 21, 6000, 0), n_a = c(70, 10, 7, 56, 10, 10, 10, 10, 50, 50, 9639, 0),
    events_b = c(48, 3, 2, 0, 0, 0, 0, 0, 21, 22, 6125, 3), n_b = c(80, 10, 7, 29, 20, 10, 20, 10, 50, 53, 9646, 10)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv")
wilson <- function(x, n, l) {
  null <- if (abs(x - n / 2) < 0.5) 0.9 else 0.5
  w <- suppressWarnings(prop.test(x, n, p = null, conf.level = l, correct = TRUE)$conf.int)
  c(if (x == 0) 0 else w[1], if (x == n) 1 else w[2])
}
for (i in seq_len(nrow(d) - 1)) for (l in c(0.9, 0.95)) with(d[i, ], {
  z <- qnorm((1 + l) / 2); p1 <- events_a / n_a; p2 <- events_b / n_b; rd <- p1 - p2
  both <- function(method, more, v, tol, source) {
    o <- paste0("method=", method, ";level=", l, more)
    add(case, o, "estimate", rd, 1e-12, s)
    # prop.test cuts at -1 and 1, the program under test does not.
    if (abs(v[1]) < 1) add(case, o, "lower", v[1], tol, source)
    if (abs(v[2]) < 1) add(case, o, "upper", v[2], tol, source)
  }
  se <- sqrt(p1 * (1 - p1) / n_a + p2 * (1 - p2) / n_b)
  both("wald_corrected", ";correction=full", rd + c(-1, 1) * (z * se + (1 / n_a + 1 / n_b) / 2), 1e-9, paste(s, "formula"))
  if (events_a + events_b > 0 && events_a + events_b < n_a + n_b)
    both("wald_corrected", ";correction=bounded", suppressWarnings(prop.test(c(events_a, events_b), c(n_a, n_b), correct = TRUE, conf.level = l)$conf.int), 1e-9, paste(s, "prop.test"))
  both("agresti_caffo", "", suppressWarnings(prop.test(c(events_a, events_b) + 1, c(n_a, n_b) + 2, correct = FALSE, conf.level = l)$conf.int), 1e-9, paste(s, "prop.test of x+1 of n+2"))
  w1 <- wilson(events_a, n_a, l); w2 <- wilson(events_b, n_b, l)
  both("newcombe_corrected", "", c(rd - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2), rd + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2)), 1e-9, paste(s, "prop.test of each group"))
  # Hauck & Anderson (1986).
  ha <- z * sqrt(p1 * (1 - p1) / (n_a - 1) + p2 * (1 - p2) / (n_b - 1)) + 1 / (2 * min(n_a, n_b))
  both("hauck_anderson", "", rd + c(-1, 1) * ha, 1e-9, paste(s, "formula"))
  if (l == 0.95) { cat("\n", case, events_a, n_a, events_b, n_b, "\n"); print(c(rd = rd, newcombe11 = c(rd - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2), rd + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2))), digits = 12) }
})
published <- read.csv(text = "case,options,lower,upper
newcombe_a,method=wald_corrected;level=0.95;correction=full,0.0441,0.3559
newcombe_a,method=newcombe_corrected;level=0.95,0.0428,0.3422
newcombe_b,method=newcombe_corrected;level=0.95,0.1013,0.8387
newcombe_c,method=newcombe_corrected;level=0.95,-0.0290,0.8423
newcombe_d,method=newcombe_corrected;level=0.95,-0.0667,0.2037
newcombe_e,method=newcombe_corrected;level=0.95,-0.2005,0.3445
newcombe_f,method=newcombe_corrected;level=0.95,-0.3445,0.3445
newcombe_g,method=newcombe_corrected;level=0.95,0.6014,1
newcombe_h,method=newcombe_corrected;level=0.95,0.5128,1")
for (i in seq_len(nrow(published))) with(published[i, ], {
  add(case, options, "lower", lower, "abs 6e-5", "Newcombe 1998 table II"); add(case, options, "upper", upper, "abs 6e-5", "Newcombe 1998 table II")
})
add("newcombe_f", "method=wald_corrected;level=0.95;correction=full", "standard_error", "NE(ZeroVariance)", 0, "definition")
add("empty", "method=agresti_caffo;level=0.95", "lower", "NE(EmptyGroup)", 0, "definition")
finish()
