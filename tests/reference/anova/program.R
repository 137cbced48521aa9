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
# data.csv: case, group, value. plants: Dobson (1983), dried weight of plants; F = 4.846, p = 0.01591.
if (!file.exists("data.csv")) {
  set.seed(7)
  write.csv(rbind(data.frame(case = "plants", group = as.integer(PlantGrowth$group) - 1, value = PlantGrowth$weight),
    data.frame(case = "unbalanced", group = rep(0:3, c(3, 12, 1, 7)), value = round(rnorm(23, 10, 2), 2)), data.frame(case = "ties", group = rep(0:1, c(20, 15)), value = sample(1:3, 35, TRUE)),
    data.frame(case = "empty_group", group = rep(c(0, 2), c(4, 5)), value = c(1, 3, 4, 4, 2, 6, 7, 5, 9)), data.frame(case = "constant", group = rep(0:1, each = 3), value = rep(1:2, each = 3)),
    data.frame(case = "singles", group = 0:2, value = c(1, 4, 9)), data.frame(case = "offset", group = rep(0:2, 8), value = 1e6 + round(rnorm(24), 3))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "anova(lm)")
for (case in c("plants", "unbalanced", "ties", "empty_group", "offset")) {
  dd <- d[d$case == case, ]; if (case == "offset") dd$value <- dd$value - 1e6
  a <- anova(lm(value ~ factor(group), dd)); cat("\n", case, "\n"); print(a)
  v <- c(sum_of_squares = a[1, 2], residual_sum_of_squares = a[2, 2], numerator_df = a[1, 1], denominator_df = a[2, 1], f = a[1, 4], p = a[1, 5])
  for (k in names(v)) add(case, "", k, v[[k]], if (case == "offset") 1e-6 else 1e-8, s)
}
add("plants", "", "f", "4.846", 2e-4, "Dobson 1983 by the help page of PlantGrowth"); add("plants", "", "p", "0.01591", 2e-4, "Dobson 1983 by the help page of PlantGrowth")
add("constant", "", "p", "NE(ZeroVariance)", 0, "definition"); add("singles", "", "p", "NE(TooFewValues)", 0, "definition"); add("none", "", "p", "NE(EmptyGroup)", 0, "definition")
finish()
