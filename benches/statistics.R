# The same data in R: Rscript benches/statistics.R FOLDER, after the example `statistics` has written it.
folder <- commandArgs(TRUE)[1]
best <- function(what, runs, f) {
  t <- min(sapply(seq_len(runs), function(i) system.time(f())[["elapsed"]]))
  cat(sprintf("R %-50s %9.1f ms\n", what, t * 1e3))
}
suppressMessages({library(survival); library(nlme); library(coin)})
for (n in c(200, 500)) {
  d <- read.csv(file.path(folder, sprintf("mmrm_%d.csv", n)))
  d$visit <- factor(d$visit); d$arm <- factor(d$arm); d$at <- as.integer(d$visit)
  best(sprintf("nlme gls unstructured REML, no Kenward-Roger, %d x 4", n), 3, function()
    gls(y ~ arm * visit + base * visit, d, correlation = corSymm(form = ~ at | subject),
        weights = varIdent(form = ~ 1 | visit), method = "REML"))
}
w <- read.csv(file.path(folder, "wilcoxon.csv"))
best("wilcox.test exact, 100 + 100", 5, function() wilcox.test(y ~ arm, w, exact = TRUE))
cat("  p =", wilcox.test(y ~ arm, w, exact = TRUE)$p.value, "\n")
t <- read.csv(file.path(folder, "wilcoxon_ties.csv")); t$arm <- factor(t$arm)
best("coin wilcox_test exact with ties, 100 + 100", 3, function() pvalue(wilcox_test(y ~ arm, t, distribution = "exact")))
cat("  p =", pvalue(wilcox_test(y ~ arm, t, distribution = "exact")), "\n")
c <- read.csv(file.path(folder, "cox.csv"))
best("survival coxph (Efron), 44,000 x 5", 3, function() coxph(Surv(time, event) ~ x1 + x2 + x3 + x4 + x5, c))
cat("  log-likelihood", format(coxph(Surv(time, event) ~ x1 + x2 + x3 + x4 + x5, c)$loglik[2], digits = 12), "\n")
