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
suppressMessages({ library(emmeans); library(car) }); options(contrasts = c("contr.sum", "contr.poly"))
# data.csv: case, y, event (0 or 1), f0, f1, f2 (levels), x0, x1. warpbreaks is that of R (Tukey 1977); all others are invented.
if (!file.exists("data.csv")) {
  set.seed(51)
  g <- function(case, y, event, f0, f1, f2, x0, x1) data.frame(case, y, event, f0, f1, f2, x0, x1)
  n <- 130; a <- sample(0:2, n, TRUE, 3:1); b <- sample(0:1, n, TRUE, c(2, 1)); s <- sample(0:3, n, TRUE, 4:1); x <- round(rnorm(n, 60, 9), 1); z <- round(rexp(n), 2)
  y <- round(5 + a - b + 0.8 * a * b + 0.3 * s + 0.15 * x + 0.1 * (a == 1) * (x - 60) + rnorm(n) * (1 + b), 2); e <- rbinom(n, 1, plogis(-0.4 + 0.5 * (a == 1) + 0.4 * b + 0.02 * (x - 60)))
  k <- 40; ak <- rep(0:1, k / 2); bk <- sample(0:2, k, TRUE); bk[ak == 1 & bk == 2] <- 1; w <- warpbreaks
  o <- 60; ao <- rep(0:1, o / 2); bo <- rep(0:2, each = o / 3); eo <- rbinom(o, 1, 0.5); eo[ao == 1 & bo == 2] <- 0
  write.csv(rbind(g("unbalanced", y, e, a, b, s, x, z), g("empty_cell", round(rnorm(k) + bk, 2), rbinom(k, 1, 0.4), ak, bk, 0, round(rnorm(k), 2), 0),
    g("warpbreaks", w$breaks, 0, as.numeric(w$wool) - 1, as.numeric(w$tension) - 1, 0, 0, 0), g("no_events", round(rnorm(o), 3), eo, ao, bo, 0, round(rnorm(o), 2), 0)), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); for (v in c("f0", "f1", "f2")) d[[paste0("F", v)]] <- factor(d[[v]]); s <- paste("R", getRversion()); em <- paste("emmeans", packageVersion("emmeans")); ca <- paste("car", packageVersion("car"))
prepare <- function(case) { dd <- droplevels(d[d$case == case, ]); dd }
form <- function(terms) as.formula(paste("y ~", gsub("f([0-9])", "Ff\\1", paste(terms, collapse = "+"))))
put <- function(case, o, r) for (k in names(r)) add(case, o, k, r[[k]], if (k == "estimate") "abs 1e-9" else if (k == "p") 1e-7 else 1e-8, em)
number <- function(g) { g <- as.data.frame(summary(g, infer = TRUE)); est <- g[[intersect(c("emmean", "estimate"), names(g))[1]]]; list(estimate = est, se = g$SE, lower = g$lower.CL, upper = g$upper.CL, p = g$p.value) }
models <- list(c("unbalanced", "f0+f1+f2+x0+f0:f1"), c("unbalanced", "f0+f1+f0:f1"), c("unbalanced", "f0+f1+x0+f0:x0"), c("unbalanced", "f0+f1+f2+x0+x1+f0:f1+f1:f2"), c("warpbreaks", "f0+f1+f0:f1"), c("no_events", "f0+f1+x0+f0:f1"))
for (mm in models) {
  case <- mm[1]; terms <- strsplit(mm[2], "\\+")[[1]]; dd <- prepare(case); m <- lm(form(terms), dd); o <- paste0("terms=", mm[2]); cat("\n", case, mm[2], "\n")
  add(case, o, "residual_df", m$df.residual, 0, s); add(case, o, "residual_variance", summary(m)$sigma^2, 1e-10, s)
  tests <- list(type1 = anova(m), type2 = Anova(m, type = 2), type3 = Anova(m, type = 3)); print(tests$type3)
  for (k in names(tests)) for (t in terms) { a <- tests[[k]]; r <- gsub("f([0-9])", "Ff\\1", t); if (!r %in% rownames(a)) { u <- strsplit(r, ":")[[1]]; r <- rownames(a)[sapply(strsplit(rownames(a), ":"), setequal, u)] }; ot <- paste0(o, ";test=", k, ";term=", match(t, terms) - 1)
    add(case, ot, "f", a[r, "F value"], 1e-8, ca); add(case, ot, "p", a[r, "Pr(>F)"], 1e-7, ca); add(case, ot, "df", a[r, "Df"], 0, ca); add(case, ot, "sum_of_squares", a[r, "Sum Sq"], 1e-8, ca) }
  for (w in c("equal", "proportional")) { ow <- paste0(o, ";weights=", w)
    e1 <- number(emmeans(m, "Ff0", weights = w)); for (i in seq_along(e1$estimate)) put(case, paste0(ow, ";at=f0:", i - 1), lapply(e1, `[`, i))
    e2 <- emmeans(m, c("Ff0", "Ff1"), weights = w); gr <- as.data.frame(e2)[, 1:2]; v <- number(e2); for (i in seq_len(nrow(gr))) put(case, paste0(ow, ";at=f0:", gr$Ff0[i], "+f1:", gr$Ff1[i]), lapply(v, `[`, i))
    # Effect of f0 = 1 against 0 within each level of f1, and the interaction contrast.
    for (l in levels(dd$Ff1)) { q <- number(contrast(emmeans(m, "Ff0", at = list(Ff1 = l), weights = w), "trt.vs.ctrl", ref = 1, adjust = "none")); put(case, paste0(ow, ";at=f0:1+f1:", l, ";minus=f0:0+f1:", l), lapply(q, `[`, 1)) }
    cf <- rep(0, nrow(gr)); at <- function(a, b) which(gr$Ff0 == a & gr$Ff1 == b); cf[at(1, 1)] <- 1; cf[at(0, 1)] <- -1; cf[at(1, 0)] <- -1; cf[at(0, 0)] <- 1
    if (any(grepl("f0:f1", terms))) put(case, paste0(ow, ";at=f0:1+f1:1;minus=f0:0+f1:1;at2=f0:1+f1:0;minus2=f0:0+f1:0"), number(contrast(e2, list(cf), adjust = "none")))
    if ("x0" %in% terms) for (x in c(45, 70)) { q <- number(contrast(emmeans(m, "Ff0", at = list(x0 = x), weights = w), "trt.vs.ctrl", ref = 1, adjust = "none")); put(case, paste0(ow, ";at=f0:1+x0:", x, ";minus=f0:0+x0:", x), lapply(q, `[`, 1)) }
  }
}
# An empty cell: the mean over the other factor is not estimable there, the rest is.
dd <- prepare("empty_cell"); m <- lm(form(c("f0", "f1", "f0:f1")), dd); o <- "terms=f0+f1+f0:f1"; print(table(dd$f0, dd$f1)); e1 <- as.data.frame(emmeans(m, "Ff0")); e2 <- as.data.frame(emmeans(m, c("Ff0", "Ff1"))); print(e2)
add("empty_cell", paste0(o, ";weights=equal;at=f0:1"), "estimate", "NE(Singular)", 0, em); add("empty_cell", paste0(o, ";weights=equal;at=f0:0"), "estimate", e1$emmean[1], 1e-9, em); add("empty_cell", paste0(o, ";weights=equal;at=f0:1+f1:2"), "estimate", "NE(Singular)", 0, em)
for (i in which(!is.na(e2$emmean))) add("empty_cell", paste0(o, ";weights=equal;at=f0:", e2$Ff0[i], "+f1:", e2$Ff1[i]), "se", e2$SE[i], 1e-8, em)
a <- anova(lm(form(c("f0", "f1")), dd), m); add("empty_cell", paste0(o, ";test=type3;term=2"), "f", a$F[2], 1e-8, s); add("empty_cell", paste0(o, ";test=type3;term=2"), "df", 1, 0, s); add("empty_cell", paste0(o, ";test=type3;term=0"), "f", "NE(Singular)", 0, "definition")
# R prints for the warpbreaks data (?warpbreaks): F values.
p <- "R warpbreaks as printed; quoted from memory"; o <- "terms=f0+f1+f0:f1"; v <- c("3.7653", "4.1891"); for (i in 1:2) add("warpbreaks", paste0(o, ";test=type1;term=", c(0, 2)[i]), "f", v[i], "abs 6e-5", p)
finish()
