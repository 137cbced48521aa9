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
suppressMessages(library(metafor))
# data.csv: case, estimate, se. bcg: log risk ratios of the 13 trials of BCG vaccine in R metadat (Colditz et al. 1994); all others are invented.
if (!file.exists("data.csv")) {
  b <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
  f <- function(x) sprintf("%.12g", x)
  write.csv(rbind(data.frame(case = "bcg", estimate = f(b$yi), se = f(sqrt(b$vi))), data.frame(case = "subgroups", estimate = c(-0.3, -0.1, -0.45, 0.05), se = c(0.12, 0.2, 0.31, 0.09)),
    data.frame(case = "alike", estimate = c(0.5, 0.52, 0.47), se = c(0.1, 0.3, 0.2)), data.frame(case = "two", estimate = c(1.2, -0.4), se = c(0.5, 0.6)), data.frame(case = "one", estimate = 1, se = 1)), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("metafor", packageVersion("metafor"))
for (case in c("bcg", "subgroups", "alike", "two")) {
  dd <- d[d$case == case, ]; m <- rma(estimate, sei = se, data = dd, method = "FE"); r <- rma(estimate, sei = se, data = dd, method = "DL"); print(m); print(c(r$tau2, r$I2), digits = 10)
  v <- c(q = m$QE, p = m$QEp, pooled = m$beta[1], pooled_se = m$se, pooled_lower = m$ci.lb, pooled_upper = m$ci.ub, pooled_p = m$pval); for (k in names(v)) add(case, "", k, v[[k]], 1e-9, s); add(case, "", "tau_squared", r$tau2, 1e-9, s); add(case, "", "i_squared", max(0, (m$QE - (m$k - 1)) / m$QE), 1e-9, s)
  add(case, "level=0.9", "pooled_lower", rma(estimate, sei = se, data = dd, method = "FE", level = 90)$ci.lb, 1e-9, s)
}
add("one", "", "q", "NE(TooFewValues)", 0, "definition")
p <- "R metafor as printed for dat.bcg; quoted from memory"; add("bcg", "", "q", "152.2330", "abs 6e-5", p); add("bcg", "", "tau_squared", "0.3088", "abs 6e-5", p); add("bcg", "", "i_squared", "0.9212", "abs 6e-5", p)
finish()
