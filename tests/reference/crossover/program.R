# Run in this folder: Rscript program.R > listing.txt
# Reads data.csv (the subjects of tests/studies/crossover who have both values, and two made up), writes expected.csv.
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
# data.csv: case, subject, sequence (ab: treatment a first), a, b: the values under the two treatments.
if (!file.exists("data.csv")) {
  study <- read.csv("../../studies/crossover/data/subjects.csv")
  study <- study[!is.na(study$PAIN1) & !is.na(study$PAIN2), ]
  first <- study$ARM == "ab"
  own <- data.frame(case = "study", subject = seq_len(nrow(study)), sequence = study$ARM,
                    a = ifelse(first, study$PAIN1, study$PAIN2), b = ifelse(first, study$PAIN2, study$PAIN1))
  small <- data.frame(case = "small", subject = 1:7, sequence = c("ab", "ab", "ba", "ba", "ba", "ba", "ba"),
                      a = c(3.1, 4.25, 2.5, 3.75, 1.125, 2, 2.75), b = c(1.5, 3.5, 2.25, 1, 1.5, 0.125, 2))
  periods <- data.frame(case = "periods", subject = 1:6, sequence = rep(c("ab", "ba"), each = 3),
                        a = c(110.5, 121, 98, 5, -3, 12.5), b = c(4, 9, -2, 101, 112, 96.5))
  write.csv(rbind(own, small, periods), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv")
s <- paste("R", getRversion(), "lm")
for (case in unique(d$case)) {
  one <- d[d$case == case, ]
  # Long form, and the model of fixed effects: it knows nothing of halves of differences.
  long <- rbind(data.frame(one[c("subject", "sequence")], treatment = "a", y = one$a),
                data.frame(one[c("subject", "sequence")], treatment = "b", y = one$b))
  long$period <- ifelse(substr(long$sequence, 1, 1) == long$treatment, 1, 2)
  long$treatment <- relevel(factor(long$treatment), "b")
  fit <- lm(y ~ factor(subject) + factor(period) + treatment, long)
  cat("\n", case, "\n"); print(anova(fit))
  effect <- coef(summary(fit))["treatmenta", ]
  print(effect)
  for (l in c(0.9, 0.95)) {
    o <- paste0("level=", l)
    interval <- confint(fit, "treatmenta", level = l)
    v <- c(estimate = effect[[1]], standard_error = effect[[2]], df = fit$df.residual, t = effect[[3]], p = effect[[4]],
           lower = interval[1], upper = interval[2])
    for (k in names(v)) add(case, o, k, v[[k]], 1e-9, s)
  }
}
finish()
