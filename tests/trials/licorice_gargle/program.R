# Expected values of methods that the recomputed table of the trial does not have.
# Usage: Rscript program.R DATA/licorice_gargle.csv expected.csv > listing.txt    (R 4.2.2, coin)
suppressPackageStartupMessages(library(coin))
arguments <- commandArgs(trailingOnly = TRUE)
d <- read.csv(arguments[1])
rows <- list()
put <- function(key, value, tolerance, source)
  rows[[length(rows) + 1]] <<- data.frame(key, value = sprintf("%.15g", unname(value)), tolerance, source)
pair <- "[arm=licorice/sugar]"
arm <- factor(ifelse(d$treat == 1, "licorice", "sugar"), c("sugar", "licorice"))

# McNemar with mid-p: at 90 minutes (before) and at 30 minutes, as the configuration has them.
for (g in levels(arm)) {
  i <- arm == g; before <- d$pacu90min_throatPain[i] > 0; after <- d$pacu30min_throatPain[i] > 0
  b <- sum(before & !after, na.rm = TRUE); c <- sum(!before & after, na.rm = TRUE); k <- min(b, c)
  p <- 2 * pbinom(k, b + c, 0.5) - dbinom(k, b + c, 0.5)
  put(sprintf("sore30_mcnemar:p[arm=%s]", g), min(1, p), 1e-10, "mid-p by pbinom")
}

# Row mean scores of ranks.
for (time in c("30" = "pacu30min", "90" = "pacu90min", "4h" = "postOp4hour", "am" = "pod1am")) {
  y <- d[[paste0(time, "_throatPain")]]; ok <- !is.na(y); id <- c(pacu30min = "30", pacu90min = "90", postOp4hour = "4h", pod1am = "am")[[time]]
  t <- independence_test(rank(y[ok]) ~ arm[ok], teststat = "quadratic")
  put(sprintf("pain%s_cmh:chi_square[arm=licorice/sugar,test=row_mean_scores]", id), statistic(t), 1e-8, "coin::independence_test of ranks")
}

y <- as.integer(d$postOp4hour_throatPain > 0); ok <- !is.na(y)
t <- cmh_test(factor(y[ok]) ~ arm[ok] | factor(paste(d$preOp_gender, d$preOp_smoking))[ok])
put("sore4h_cmh:chi_square[arm=licorice/sugar,test=general_association]", statistic(t), 1e-8, "coin::cmh_test")

# Barnard's test of fewer.
m <- sum(ok & arm == "licorice"); n <- sum(ok & arm == "sugar"); a <- sum(y[ok & arm == "licorice"]); b <- sum(y[ok & arm == "sugar"])
table_of <- expand.grid(a = 0:m, b = 0:n)
score <- with(table_of, { p <- (a + b) / (m + n); v <- p * (1 - p) * (1 / m + 1 / n); ifelse(v == 0, 0, (a / m - b / n) / sqrt(v)) })
at <- table_of[score <= score[table_of$a == a & table_of$b == b] + 1e-10, ]
f <- function(p) sum(dbinom(at$a, m, p) * dbinom(at$b, n, p))
grid <- seq(0.002, 0.998, 0.002); v <- sapply(grid, f); best <- grid[order(-v)[1:12]]
put(paste0("sore4h_barnard:p", pair), max(sapply(best, function(g) optimize(f, c(g - 0.002, g + 0.002), maximum = TRUE, tol = 1e-13)$objective)), 1e-8, "all tables, largest over the proportion")

f <- data.frame(y, arm, smoking = factor(d$preOp_smoking), age = d$preOp_age)[ok, ]
g <- glm(y ~ arm + smoking + age, binomial, f, control = list(epsilon = 1e-14, maxit = 100)); co <- coef(summary(g))
put(paste0("sore4h_logistic:log_odds_ratio", pair), co["armlicorice", 1], 1e-9, "glm(binomial)"); put(paste0("sore4h_logistic:p", pair), co["armlicorice", 4], 1e-9, "glm(binomial)")
put("sore4h_logistic:chi_square[term=AGE,test=likelihood_ratio]", drop1(g, test = "LRT")["age", "LRT"], 1e-8, "drop1(test=LRT)")
out <- do.call(rbind, rows)
write.csv(out, arguments[2], row.names = FALSE, quote = c(1, 4))
print(out, right = FALSE); print(R.version.string); cat("coin", format(packageVersion("coin")), "\n")
