# Single imputation of the simulated lung function data, and the analyses after it, by base R alone.
# Rscript program.R fev_data.csv > expected.csv
data <- read.csv(commandArgs(TRUE)[1])
data <- data[order(data$USUBJID, data$VISITN), ]
subjects <- split(data, data$USUBJID)
one <- do.call(rbind, lapply(subjects, function(s) s[1, c("USUBJID", "ARMCD", "SEX", "FEV1_BL")]))
last_seen <- function(x, limit = Inf) {
  at <- max(c(0, which(!is.na(x))))
  if (at == 0 || length(x) - at > limit) NA else x[at]
}
rules <- list(
  observed = function(s) s$FEV1[4],
  locf = function(s) last_seen(s$FEV1),
  locf_one = function(s) last_seen(s$FEV1, 1),
  bocf = function(s) if (is.na(s$FEV1[4])) s$FEV1_BL[1] else s$FEV1[4],
  # Higher is better: the worst is the smallest, the baseline among them.
  wocf = function(s) if (is.na(s$FEV1[4])) min(s$FEV1_BL[1], s$FEV1, na.rm = TRUE) else s$FEV1[4]
)
put <- function(key, value) cat(sprintf("\"%s\",%.15g\n", key, value))
cat("key,value\n")
missing_last <- sapply(subjects, function(s) is.na(s$FEV1[4]))
for (rule in names(rules)) {
  y <- sapply(subjects, rules[[rule]])
  arm <- relevel(factor(one$ARMCD), "PBO")
  fit <- lm(y ~ arm + one$SEX + one$FEV1_BL)
  row <- summary(fit)$coefficients["armTRT", ]
  limits <- confint(fit)["armTRT", ]
  for (level in c("PBO", "TRT")) {
    key <- function(name) sprintf("fev_%s:%s[arm=%s]", rule, name, tolower(level))
    here <- one$ARMCD == level
    put(key("n"), sum(!is.na(y[here])))
    put(key("mean"), mean(y[here], na.rm = TRUE))
    put(key("sd"), sd(y[here], na.rm = TRUE))
    if (rule != "observed") put(key("imputed"), sum(!is.na(y[here]) & missing_last[here]))
  }
  key <- function(name) sprintf("fev_%s:%s[arm=trt/pbo]", rule, name)
  values <- c(diff = row[[1]], diff_se = row[[2]], t = row[[3]], p = row[[4]],
              diff_lower = limits[[1]], diff_upper = limits[[2]], df = fit$df.residual)
  for (name in names(values)) put(key(name), values[[name]])
}
# A missing response is no response.
high <- sapply(subjects, function(s) !is.na(s$FEV1[4]) && s$FEV1[4] > 45)
for (level in c("PBO", "TRT")) {
  here <- one$ARMCD == level
  key <- function(name) sprintf("high_nri:%s[arm=%s]", name, tolower(level))
  put(key("n"), sum(here))
  put(key("events"), sum(high[here]))
  put(key("imputed"), sum(missing_last[here]))
  put(key("pct"), 100 * mean(high[here]))
}
