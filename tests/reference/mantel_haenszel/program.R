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
suppressMessages(library(metafor))
# data.csv: case, stratum, events_a, n_a, events_b, n_b; also the data of breslow_day, common_odds_ratio_exact and
# stratified_risk_difference. migraine: SAS documentation of PROC FREQ; berkeley: R UCBAdmissions (admitted, men against
# women, by department); penicillin: R help of mantelhaen.test (Mantel 1963, rabbits cured, delay against none).
if (!file.exists("data.csv")) {
  strata <- function(case, x) data.frame(case, stratum = seq_len(nrow(x)), events_a = x[, 1], n_a = x[, 2], events_b = x[, 3], n_b = x[, 4])
  ucb <- t(apply(UCBAdmissions, 3, function(m) c(m[1, 1], sum(m[, 1]), m[1, 2], sum(m[, 2]))))
  m <- function(...) matrix(c(...), ncol = 4, byrow = TRUE)
  set.seed(7)
  fine <- t(sapply(1:40, function(i) { n <- sample(1:4, 2, TRUE); c(rbinom(1, n[1], 0.5), n[1], rbinom(1, n[2], 0.3), n[2]) }))
  write.csv(rbind(strata("migraine", m(16, 27, 5, 25, 12, 28, 7, 26)), strata("berkeley", ucb),
    strata("penicillin", m(0, 6, 0, 5, 3, 6, 0, 6, 6, 6, 2, 6, 5, 6, 6, 6, 2, 2, 5, 5)),
    strata("single", m(9, 20, 4, 21)), strata("fine", fine), strata("even", m(3, 10, 3, 10, 4, 12, 3, 9)),
    strata("opposite", m(9, 10, 2, 10, 1, 12, 8, 11, 5, 9, 5, 10)), strata("empty_group", m(5, 9, 2, 8, 3, 4, 0, 0, 4, 11, 3, 10)),
    strata("first_zero", m(0, 7, 2, 8, 0, 5, 1, 6)), strata("second_zero", m(2, 7, 0, 8, 1, 5, 0, 6)), strata("no_events", m(0, 7, 0, 8, 0, 5, 0, 6))),
    "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv")
usual <- setdiff(unique(d$case), c("first_zero", "second_zero", "no_events", "empty_group"))
for (id in usual) for (l in c(0.9, 0.95)) {
  x <- d[d$case == id, ]; o <- paste0(";level=", l)
  with(x, {
    or <- rma.mh(ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, measure = "OR", level = l, add = 0, correct = FALSE)
    rr <- rma.mh(ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, measure = "RR", level = l, add = 0, correct = FALSE)
    v <- list(odds_ratio = or, risk_ratio = rr)
    for (k in names(v)) {
      add(id, paste0("method=", k, o), "estimate", exp(v[[k]]$beta[1]), 1e-10, paste(s, "metafor rma.mh")); add(id, paste0("method=", k, o), "standard_error", v[[k]]$se, 1e-10, paste(s, "metafor rma.mh"))
      add(id, paste0("method=", k, o), "lower", exp(v[[k]]$ci.lb), 1e-10, paste(s, "metafor rma.mh")); add(id, paste0("method=", k, o), "upper", exp(v[[k]]$ci.ub), 1e-10, paste(s, "metafor rma.mh"))
    }
    a <- array(rbind(events_a, n_a - events_a, events_b, n_b - events_b), c(2, 2, nrow(x)))
    if (l == 0.95 && nrow(x) > 1) {
      # mantelhaen.test stops at strata of one subject, which add nothing.
      for (correct in c(FALSE, TRUE)) for (side in c("two.sided", "less", "greater")) {
        t <- mantelhaen.test(a, correct = correct, alternative = side)
        o2 <- paste0("method=test;correction=", if (correct) "yes" else "no")
        if (side == "two.sided") { add(id, o2, "chi_square", unname(t$statistic), 1e-10, paste(s, "mantelhaen.test")); add(id, o2, "p_two_sided", t$p.value, 1e-10, paste(s, "mantelhaen.test")) }
        else add(id, o2, paste0("p_", side), t$p.value, 1e-10, paste(s, "mantelhaen.test"))
      }
      cat("\n", id, "\n"); print(c(or = unname(t$estimate), rr = exp(rr$beta[1]), chi = mantelhaen.test(a, correct = FALSE)$statistic), digits = 12)
    }
  })
}
# Printed in the SAS documentation of PROC FREQ, example "Cochran-Mantel-Haenszel Statistics".
sas <- function(o, key, value) add("migraine", o, key, value, "abs 6e-5", "SAS documentation of PROC FREQ")
sas("method=test;correction=no", "chi_square", 8.3052); sas("method=test;correction=no", "p_two_sided", 0.0040)
sas("method=odds_ratio;level=0.95", "estimate", 3.3132); sas("method=odds_ratio;level=0.95", "lower", 1.4456); sas("method=odds_ratio;level=0.95", "upper", 7.5934)
sas("method=risk_ratio;level=0.95", "estimate", 2.1636); sas("method=risk_ratio;level=0.95", "lower", 1.2336); sas("method=risk_ratio;level=0.95", "upper", 3.7948)
ne <- function(case, o, key, reason) add(case, o, key, reason, 0, "definition")
for (m in c("odds_ratio", "risk_ratio")) {
  o <- paste0("method=", m, ";level=0.95")
  ne("first_zero", o, "estimate", 0); ne("first_zero", o, "upper", "NE(ZeroCell)"); ne("second_zero", o, "estimate", "NE(ZeroCell)"); ne("no_events", o, "estimate", "NE(NoEvents)")
}
ne("no_events", "method=test;correction=no", "p_two_sided", "NE(NoEvents)")
ne("absent", "method=test;correction=no", "p_two_sided", "NE(EmptyGroup)")
# A stratum with an empty group adds nothing: the values are those without it.
x <- d[d$case == "empty_group" & d$n_b > 0, ]
e <- with(x, rma.mh(ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, measure = "OR", add = 0))
add("empty_group", "method=odds_ratio;level=0.95", "estimate", exp(e$beta[1]), 1e-10, paste(s, "metafor rma.mh")); add("empty_group", "method=odds_ratio;level=0.95", "standard_error", e$se, 1e-10, paste(s, "metafor rma.mh"))
finish("metafor")
