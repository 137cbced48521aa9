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
# data.csv: case, group, value. sleep: Student (1908); the rest is simulated or made up, categories as numbers.
if (!file.exists("data.csv")) {
  set.seed(65); arm <- rbinom(228, 1, .6); cyl <- rep(0:1, c(19, 13))
  write.csv(rbind(data.frame(case = "counts", group = rep(1:0, each = 27), value = rpois(54, rep(c(31, 25), each = 27))),
    data.frame(case = "sleep", group = as.integer(sleep$group == 1), value = sleep$extra), data.frame(case = "lengths", group = rep(1:0, each = 30), value = round(rnorm(60, rep(c(20.7, 17), each = 30), 7.5), 1)),
    data.frame(case = "binary", group = arm, value = rbinom(228, 1, .6 + .2 * arm)),
    data.frame(case = "four_grades", group = arm[-1], value = pmin(3, rpois(227, .9 + .1 * arm[-1]))),
    data.frame(case = "even_grades", group = cyl, value = sapply(cyl, function(a) sample(c(4, 6, 8), 1, prob = list(c(3, 4, 12), c(8, 3, 2))[[a + 1]]))), data.frame(case = "zero_cell", group = rep(1:0, c(8, 9)), value = c(1, 1, 2, 2, 2, 4, 4, 4, 1, 2, 2, 3, 3, 3, 4, 4, 4)),
    data.frame(case = "constant", group = c(1, 1, 0, 0), value = 5), data.frame(case = "apart", group = c(1, 1, 0, 0), value = c(1, 2, 3, 4))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv")
put <- function(id, kind, x, na, nb, source) { se <- sqrt((na + nb) / (na * nb) + x^2 / (2 * (na + nb))); z <- qnorm(0.975)
  v <- c(estimate = x, standard_error = se, lower = x - z * se, upper = x + z * se)
  for (k in names(v)) add(id, paste0("kind=", kind), k, v[[k]], 1e-9, source); cat(id, kind, x, se, "\n") }
for (id in setdiff(unique(d$case), c("constant", "apart"))) with(d[d$case == id, ], {
  a <- value[group == 1]; b <- value[group == 0]
  put(id, "mean", (mean(a) - mean(b)) / sqrt((var(a) + var(b)) / 2), length(a), length(b), paste(s, "mean and var"))
  if (all(value %in% 0:1)) put(id, "proportion", (mean(a) - mean(b)) / sqrt((mean(a) * (1 - mean(a)) + mean(b) * (1 - mean(b))) / 2), length(a), length(b), paste(s, "formula"))
  if (length(unique(value)) <= 4) {
    # Yang & Dalton (2012): distance of the means of the indicators of all categories but the first, covariances over n.
    ind <- function(v) sapply(sort(unique(value))[-1], function(k) as.numeric(v == k))
    A <- ind(a); B <- ind(b); V <- (cov.wt(A, method = "ML")$cov + cov.wt(B, method = "ML")$cov) / 2
    put(id, "multinomial", sqrt(mahalanobis(colMeans(A), colMeans(B), V)), length(a), length(b), paste(s, "mahalanobis of indicators"))
  }
})
add("constant", "kind=mean", "estimate", "NE(ZeroVariance)", 0, "definition"); add("constant", "kind=multinomial", "estimate", "NE(ZeroVariance)", 0, "definition")
add("apart", "kind=multinomial", "estimate", "NE(Singular)", 0, "definition"); add("absent", "kind=mean", "estimate", "NE(EmptyGroup)", 0, "definition")
finish()
