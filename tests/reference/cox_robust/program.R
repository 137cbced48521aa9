# Run in this folder: Rscript program.R > listing.txt
# Reads ../cox/data.csv, writes expected.csv.
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
# recurrences and infections with cluster=yes: recurrent events of one subject (Andersen-Gill, Lin-Wei-Yang-Ying); with strata=yes, the
# number of the event, the model of Prentice, Williams & Peterson in total time.
suppressMessages(library(survival))
d <- read.csv("../cox/data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival")); tight <- coxph.control(eps = 1e-14, toler.chol = 9e-15, iter.max = 60)
response <- function(dd) if (all(is.na(dd$start))) "Surv(stop, event)" else "Surv(start, stop, event)"
p_chi <- function(x, df) pchisq(x, df, lower.tail = FALSE)
xs <- function(k) paste0("x", seq_len(k) - 1)
runs <- list(list("recurrences", 3, FALSE, TRUE, FALSE), list("recurrences", 3, TRUE, TRUE, FALSE), list("infections", 4, FALSE, TRUE, FALSE), list("infections", 2, TRUE, TRUE, FALSE), list("crossing", 3, FALSE, TRUE, FALSE), list("crossing", 3, TRUE, FALSE, FALSE), list("four_cells", 4, FALSE, FALSE, FALSE), list("four_cells", 4, TRUE, FALSE, FALSE), list("freireich", 1, FALSE, FALSE, FALSE),
  list("centres", 4, FALSE, TRUE, FALSE), list("heavy_ties", 4, FALSE, FALSE, FALSE), list("heavy_ties", 4, TRUE, FALSE, TRUE), list("late_entry", 3, FALSE, TRUE, FALSE), list("late_entry", 3, TRUE, TRUE, TRUE), list("late_entry", 1, FALSE, FALSE, TRUE))
for (r in runs) for (ties in c("efron", "breslow")) {
  case <- r[[1]]; columns <- xs(r[[2]]); dd <- d[d$case == case, ]; yes <- function(b) if (b) "yes" else "no"; dd$own <- if (r[[4]]) dd$id else seq_len(nrow(dd)); dd$w <- if (r[[5]]) dd$weight else 1
  form <- as.formula(paste(response(dd), "~", paste(columns, collapse = "+"), if (r[[3]]) "+ strata(stratum)")); fit <- coxph(form, dd, weights = w, ties = ties, cluster = own, control = tight)
  o <- paste0("ties=", ties, ";columns=", paste(columns, collapse = "+"), ";strata=", yes(r[[3]]), ";cluster=", yes(r[[4]]), ";weights=", yes(r[[5]])); cat("\n", case, o, "\n"); print(summary(fit)); v <- vcov(fit); df <- length(columns); z <- qnorm(.975)
  for (j in seq_along(columns)) { b <- coef(fit)[[j]]; se <- sqrt(v[j, j]); vals <- c(coefficient = b, se = se, z = b / se, p = 2 * pnorm(-abs(b / se)), lower = exp(b - z * se), upper = exp(b + z * se)); for (k in names(vals)) add(case, paste0(o, ";column=", j - 1), k, vals[[k]], 1e-8, s) }
  if (df > 1) add(case, paste0(o, ";column=0;with=1"), "covariance", v[1, 2], 1e-8, s)
  wald <- drop(coef(fit) %*% solve(v, coef(fit))); add(case, o, "wald", wald, 1e-8, s); add(case, o, "wald_p", p_chi(wald, df), 1e-8, s); add(case, o, "score", fit$rscore, 1e-8, s); add(case, o, "score_p", p_chi(fit$rscore, df), 1e-8, s); add(case, o, "clusters", length(unique(dd$own)), 0, "count")
}
add("arm_without_events", "ties=efron;columns=x0+x1;strata=no;cluster=no;column=1", "se", "NE(Separation)", 0, "definition"); add("freireich", "ties=discrete;columns=x0;strata=no;cluster=no;column=0", "se", "NE(NotDefined)", 0, "definition"); add("one_record", "ties=efron;columns=x0;strata=no;cluster=no;column=0", "se", "NE(Singular)", 0, "definition")
finish()
