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
# Data: ../permutation/data.csv and ../wilcoxon/data.csv (cases named w_...). Variance: pROC (DeLong) and, written here
# from Brunner & Munzel (2000), the variance of joint minus own ranks; program.py adds scipy.stats.brunnermunzel.
suppressMessages(library(pROC))
d <- rbind(read.csv("../permutation/data.csv"), transform(read.csv("../wilcoxon/data.csv"), case = paste0("w_", case)))
write.csv(d, "data.csv", row.names = FALSE, quote = FALSE)
s <- paste("pROC", packageVersion("pROC")); sb <- paste("R", getRversion(), "by formula")
for (case in unique(d$case)) {
  a <- d$value[d$case == case & d$group == "a"]; b <- d$value[d$case == case & d$group == "b"]; m <- length(a); n <- length(b); if (m < 2 || sd(c(a, b)) == 0) next
  r <- roc(rep(c(1, 0), c(m, n)), c(a, b), direction = "<", quiet = TRUE); p <- as.numeric(auc(r)); v <- var(r, method = "delong"); se <- sqrt(v); z <- (p - 0.5) / se; cat(case, p, se, "\n")
  j <- rank(c(a, b)); sa <- var(j[1:m] - rank(a)); sb2 <- var(j[-(1:m)] - rank(b)); N <- m + n
  w <- (mean(j[1:m]) - mean(j[-(1:m)])) * m * n / (N * sqrt(m * sa + n * sb2)); df <- (m * sa + n * sb2)^2 / ((m * sa)^2 / (m - 1) + (n * sb2)^2 / (n - 1))
  o <- function(law, scale, level = 0.95) paste0("law=", law, ";scale=", scale, ";level=", level)
  add(case, o("normal", "plain"), "probability", p, 1e-12, s); add(case, o("normal", "plain"), "odds", p / (1 - p), 1e-12, s); add(case, o("normal", "plain"), "standard_error", se, 1e-9, s); add(case, o("normal", "plain"), "p_two_sided", 2 * pnorm(-abs(z)), 1e-9, s)
  add(case, o("brunner_munzel", "plain"), "statistic", w, 1e-10, sb); add(case, o("brunner_munzel", "plain"), "df", df, 1e-10, sb); add(case, o("brunner_munzel", "plain"), "p_two_sided", 2 * pt(-abs(w), df), 1e-9, sb)
  for (level in c(0.95, 0.9)) {
    ci <- p + c(-1, 1) * qnorm((1 + level) / 2) * se; add(case, o("normal", "plain", level), "lower", ci[1], 1e-9, s); add(case, o("normal", "plain", level), "upper", ci[2], 1e-9, s)
    if (level == 0.95) { q <- ci.auc(r, conf.level = level); add(case, o("normal", "plain", level), "lower", if (ci[1] > 0) q[1] else ci[1], 1e-9, paste(s, "ci.auc")) }
    ci <- p + c(-1, 1) * qt((1 + level) / 2, df) * se; add(case, o("brunner_munzel", "plain", level), "lower", ci[1], 1e-9, sb); add(case, o("brunner_munzel", "plain", level), "upper", ci[2], 1e-9, sb)
    ci <- plogis(qlogis(p) + c(-1, 1) * qnorm((1 + level) / 2) * se / (p * (1 - p))); add(case, o("normal", "logit", level), "lower", ci[1], 1e-9, s); add(case, o("normal", "logit", level), "upper", ci[2], 1e-9, s)
  }
}
add("one", "law=normal;scale=plain;level=0.95", "standard_error", "NE(TooFewValues)", 0, "definition"); add("constant", "law=normal;scale=plain;level=0.95", "standard_error", "NE(ZeroVariance)", 0, "definition"); add("constant", "law=normal;scale=plain;level=0.95", "probability", 0.5, 0, "definition")
add("none", "law=normal;scale=plain;level=0.95", "probability", "NE(EmptyGroup)", 0, "definition")
finish()
