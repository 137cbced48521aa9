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
suppressMessages({ library(sandwich); library(lmtest); library(car) })
d <- read.csv("../factorial/data.csv"); s <- paste("sandwich", packageVersion("sandwich")); l <- paste("lmtest", packageVersion("lmtest")); ca <- paste("car", packageVersion("car"))
models <- list(c("unbalanced", "f1+x0+x1"), c("unbalanced", "f1"), c("warpbreaks", "f0+f1"), c("no_events", "f0+x0"))
for (mm in models) {
  case <- mm[1]; dd <- d[d$case == case, ]; m <- lm(as.formula(paste("y ~", mm[2])), dd); o <- paste0("terms=", mm[2])
  for (k in c("const", "HC0", "HC1", "HC2", "HC3")) {
    V <- vcovHC(m, k); a <- coeftest(m, V); z <- coeftest(m, V, df = Inf); ci <- coefci(m, vcov. = V); cz <- coefci(m, vcov. = V, df = Inf, level = 0.9); cat("\n", case, mm[2], k, "\n"); print(a, digits = 10)
    for (j in seq_along(coef(m))) { oj <- paste0(o, ";type=", k, ";column=", j - 1); add(case, oj, "estimate", coef(m)[[j]], 1e-9, s); add(case, oj, "se", a[j, 2], 1e-9, s); add(case, oj, "p", a[j, 4], 1e-7, l); add(case, oj, "lower", ci[j, 1], 1e-8, l); add(case, oj, "upper", ci[j, 2], 1e-8, l)
      add(case, paste0(oj, ";reference=normal;level=0.9"), "p", z[j, 4], 1e-7, l); add(case, paste0(oj, ";reference=normal;level=0.9"), "upper", cz[j, 2], 1e-8, l) }
    h <- linearHypothesis(m, names(coef(m))[-1], vcov. = V); oj <- paste0(o, ";type=", k, ";test=all"); add(case, oj, "f", h$F[2], 1e-8, ca); add(case, oj, "p", h[2, "Pr(>F)"], 1e-7, ca)
  }
}
# A record fitted by itself.
add("empty_cell", "terms=f0+first;type=HC3;column=1", "se", "NE(NotDefined)", 0, "definition"); dd <- d[d$case == "empty_cell", ]; dd$first <- as.numeric(seq_len(nrow(dd)) == 1); m <- lm(y ~ f0 + first, dd); add("empty_cell", "terms=f0+first;type=HC1;column=1", "se", sqrt(vcovHC(m, "HC1")[2, 2]), 1e-9, s)
finish()
