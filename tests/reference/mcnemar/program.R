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
# data.csv: case, b, c (discordant pairs). approval: R help of mcnemar.test (Agresti 1990, p. 350); airway: Fagerland,
# Lydersen & Laake (2013), BMC Med Res Methodol 13:91, 1 against 7.
if (!file.exists("data.csv"))
  write.csv(data.frame(case = c("approval", "airway", "even", "one", "none_on_one_side", "large", "none"), b = c(150, 1, 4, 1, 0, 5321, 0), c = c(86, 7, 4, 0, 9, 5102, 0)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv")
for (i in which(d$b + d$c > 0)) { id <- d$case[i]; b <- d$b[i]; c <- d$c[i]
  m <- matrix(c(10, b, c, 7), 2); u <- mcnemar.test(m, correct = FALSE); v <- mcnemar.test(m)
  put <- function(key, value, tol, source) add(id, "", key, value, tol, paste(s, source))
  put("chi_square", unname(u$statistic), 1e-12, "mcnemar.test"); put("p", u$p.value, 1e-10, "mcnemar.test")
  put("chi_square_corrected", unname(v$statistic), 1e-12, "mcnemar.test"); put("p_corrected", v$p.value, 1e-10, "mcnemar.test")
  put("p_exact", binom.test(b, b + c)$p.value, 1e-9, "binom.test")
  k <- 0:(b + c); w <- dbinom(k, b + c, 0.5); far <- abs(2 * k - b - c)
  put("p_mid", sum(w[far > abs(b - c)]) + sum(w[far == abs(b - c)]) / 2, 1e-9, "sum of dbinom")
  cat(id, u$statistic, u$p.value, v$p.value, binom.test(b, b + c)$p.value, "\n")
}
add("airway", "", "p_exact", 0.070, "abs 6e-4", "Fagerland et al. 2013"); add("airway", "", "p_mid", 0.039, "abs 6e-4", "Fagerland et al. 2013"); add("airway", "", "p", 0.034, "abs 6e-4", "Fagerland et al. 2013")
add("none", "", "p", "NE(NoEvents)", 0, "definition")
finish()
