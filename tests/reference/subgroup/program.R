# Run in this folder: Rscript program.R > listing.txt
# Reads ../factorial/data.csv, writes expected.csv.
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
suppressMessages({ library(emmeans); library(car) })
d <- read.csv("../factorial/data.csv"); em <- paste("emmeans", packageVersion("emmeans")); s <- paste("R", getRversion()); tight <- glm.control(epsilon = 1e-15, maxit = 100)
fit <- function(f, dd) suppressWarnings({ m <- glm(f, binomial, dd, control = tight); s <- coef(m); s[is.na(s)] <- 0; glm(f, binomial, dd, control = tight, start = s) })
for (mm in list(c("unbalanced", ""), c("unbalanced", "x0+x1"), c("no_events", "x0"), c("empty_cell", ""))) {
  case <- mm[1]; dd <- d[d$case == case, ]; dd$g <- factor(dd$f0); dd$u <- factor(dd$f1); cov <- if (mm[2] == "") "" else paste("+", mm[2]); o <- paste0("covariates=", mm[2]); cat("\n", case, mm[2], "\n")
  m <- lm(as.formula(paste("y ~ g * u", cov)), dd); n <- lm(as.formula(paste("y ~ g + u", cov)), dd); a <- anova(n, m); print(a); add(case, paste0(o, ";scale=mean"), "interaction", a$F[2], 1e-8, s); add(case, paste0(o, ";scale=mean"), "interaction_p", a[2, "Pr(>F)"], 1e-7, s)
  for (r in c(0, 1)) { q <- as.data.frame(summary(contrast(emmeans(m, ~ g | u), "trt.vs.ctrl", ref = r + 1, adjust = "none"), infer = TRUE)); q <- q[complete.cases(q), ]; for (i in seq_len(nrow(q))) { to <- regmatches(q$contrast[i], regexpr("[0-9]+", q$contrast[i])); oi <- paste0(o, ";scale=mean;reference=", r, ";group=", to, ";subgroup=", q$u[i]); add(case, oi, "estimate", q$estimate[i], 1e-8, em); add(case, oi, "se", q$SE[i], 1e-8, em); add(case, oi, "lower", q$lower.CL[i], 1e-7, em); add(case, oi, "p", q$p.value[i], 1e-7, em) } }
  m <- fit(as.formula(paste("event ~ g * u", cov)), dd); n <- fit(as.formula(paste("event ~ g + u", cov)), dd)
  add(case, paste0(o, ";scale=odds"), "interaction", n$deviance - m$deviance, 1e-8, s); df <- sum(!is.na(coef(m))) - sum(!is.na(coef(n))); add(case, paste0(o, ";scale=odds"), "interaction_p", pchisq(n$deviance - m$deviance, df, lower.tail = FALSE), 1e-7, s)
  if (case != "no_events") { if (case == "unbalanced") add(case, paste0(o, ";scale=odds"), "wald", Anova(m, type = 3, test = "Wald")["g:u", "Chisq"], 1e-8, "car") } else { add(case, paste0(o, ";scale=odds"), "wald", "NE(Separation)", 0, "definition"); add(case, paste0(o, ";scale=odds;reference=0;group=1;subgroup=2"), "estimate", "NE(Separation)", 0, "definition") }
  # Each subgroup: from the whole model; where one cell has no event from the model without that cell.
  h <- if (case == "no_events") dd[!(dd$f0 == 1 & dd$f1 == 2), ] else dd; m <- fit(as.formula(paste("event ~ g * u", cov)), h)
  for (r in c(0, 1)) { q <- as.data.frame(summary(contrast(emmeans(m, ~ g | u), "trt.vs.ctrl", ref = r + 1, adjust = "none"), infer = TRUE)); q <- q[complete.cases(q), ]; for (i in seq_len(nrow(q))) { to <- regmatches(q$contrast[i], regexpr("[0-9]+", q$contrast[i])); oi <- paste0(o, ";scale=odds;reference=", r, ";group=", to, ";subgroup=", q$u[i]); add(case, oi, "estimate", q$estimate[i], "abs 1e-9", em); add(case, oi, "se", q$SE[i], 1e-8, em); add(case, oi, "upper", q$asymp.UCL[i], 1e-7, em) } }
}
add("empty_cell", "covariates=;scale=mean;reference=0;group=1;subgroup=2", "estimate", "NE(Singular)", 0, em); add("empty_cell", "covariates=;scale=odds;reference=0;group=1;subgroup=2", "estimate", "NE(Singular)", 0, em)
finish()
