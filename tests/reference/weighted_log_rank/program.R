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
# data.csv of ../kaplan_meier. lifelines (lifelines.csv, by program.py) for all weights without strata, survdiff for rho; wlr() below,
# event by event in matrices, for strata, directions, trends and what these do not have, checked against both where they apply.
suppressMessages(library(survival)); ll <- read.csv("lifelines.csv")
d <- read.csv("../kaplan_meier/data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival"))
fh <- list(c(1, 0), c(0, 1), c(1, 1), c(0.5, 2), c(0, 0))
kinds <- c("log_rank", "gehan", "tarone", "peto", "modified_peto", sprintf("fh;rho=%s;gamma=%s", sapply(fh, `[`, 1), sapply(fh, `[`, 2)))
weights <- function(kind, n, dn) {
  km <- cumprod(1 - dn / n); before <- c(1, km[-length(km)]); s1 <- cumprod(1 - dn / (n + 1))
  switch(kind, log_rank = rep(1, length(n)), gehan = n, tarone = sqrt(n), peto = s1, modified_peto = s1 * n / (n + 1),
    { f <- fh[[which(kinds == kind) - 5]]; before^f[1] * (1 - before)^f[2] })
}
wlr <- function(dd, kind, strata) {
  groups <- sort(unique(dd$group)); U <- numeric(length(groups)); V <- matrix(0, length(groups), length(groups))
  for (st in if (strata) unique(dd$stratum) else NA) {
    x <- if (strata) dd[dd$stratum == st, ] else dd
    tt <- sort(unique(x$time[x$status == 1])); if (!length(tt)) next
    ng <- sapply(groups, function(g) sapply(tt, function(t) sum(x$time >= t & x$group == g)))
    dg <- sapply(groups, function(g) sapply(tt, function(t) sum(x$time == t & x$status == 1 & x$group == g)))
    ng <- matrix(ng, length(tt)); dg <- matrix(dg, length(tt)); n <- rowSums(ng); dn <- rowSums(dg); w <- weights(kind, n, dn)
    U <- U + colSums(w * (dg - ng * dn / n))
    for (i in seq_along(tt)) if (n[i] > 1) { p <- ng[i, ] / n[i]; V <- V + w[i]^2 * dn[i] * (n[i] - dn[i]) / (n[i] - 1) * (diag(p, length(p)) - outer(p, p)) }
  }
  list(U = U, V = V)
}
put <- function(case, o, chisq, df, source) { add(case, o, "chi_square", chisq, 1e-9, source); add(case, o, "df", df, 0, source); add(case, o, "p", pchisq(chisq, df, lower.tail = FALSE), 1e-8, source) }
for (case in c("freireich", "ties", "decimals", "all_events", "half", "zero_time")) {
  dd <- d[d$case == case, ]; k <- length(unique(dd$group)); cat("\n", case, "\n")
  for (strata in c(FALSE, TRUE)) for (kind in kinds) {
    if (strata && length(unique(dd$stratum)) == 1) next
    r <- wlr(dd, kind, strata); o <- paste0("weight=", kind, ";strata=", if (strata) "yes" else "no")
    if (max(abs(r$V)) < 1e-14) { add(case, o, "p", "NE(Singular)", 0, "definition"); next }
    used <- seq_len(k - 1); chisq <- drop(r$U[used] %*% solve(r$V[used, used, drop = FALSE]) %*% r$U[used]); own <- paste("R", getRversion(), "wlr")
    cat(sprintf("%-28s own %.12g", o, chisq))
    put(case, o, chisq, k - 1, own)
    for (g in seq_len(k)) { add(case, paste0(o, ";group=", g - 1), "gap", r$U[g], 1e-9, own) }
    c1 <- seq_len(k); zt <- sum(c1 * r$U) / sqrt(drop(c1 %*% r$V %*% c1)); c2 <- c(0, 1, 5, 7)[seq_len(k)]; zu <- sum(c2 * r$U) / sqrt(drop(c2 %*% r$V %*% c2))
    add(case, o, "trend_z", zt, 1e-9, own); add(case, o, "trend_p", 2 * pnorm(-abs(zt)), 1e-8, own); add(case, paste0(o, ";scores=uneven"), "trend_z", zu, 1e-9, own)
    if (k == 2) { z <- r$U[1] / sqrt(r$V[1, 1]); add(case, o, "z", z, 1e-9, own); add(case, o, "p_lower", pnorm(z), 1e-8, own); add(case, o, "p_upper", pnorm(z, lower.tail = FALSE), 1e-8, own) }
    row <- ll[ll$case == case & ll$kind == kind, ]
    if (!strata && nrow(row)) { cat(sprintf("  lifelines %.12g", row$chi_square)); stopifnot(abs(row$chi_square / chisq - 1) < 1e-9); put(case, o, row$chi_square, k - 1, paste("lifelines", row$version)) }
    if (kind %in% c("log_rank", "fh;rho=1;gamma=0")) {
      rho <- as.numeric(kind != "log_rank"); f <- if (strata) Surv(time, status) ~ group + strata(stratum) else Surv(time, status) ~ group
      v <- survdiff(f, dd, rho = rho)$chisq; cat(sprintf("  survdiff %.12g", v)); stopifnot(abs(v / chisq - 1) < 1e-9); put(case, o, v, k - 1, s)
    }
    cat("\n")
  }
}
add("all_censored", "weight=gehan;strata=no", "p", "NE(NoEvents)", 0, "definition"); add("one", "weight=peto;strata=no", "p", "NE(EmptyGroup)", 0, "definition")
add("freireich", "weight=fh;rho=0;gamma=-1;strata=no", "p", "NE(InvalidArgument)", 0, "definition")
# Gehan (1965): W = 271 for these data (sum over pairs); SAS and textbooks print chi-square 13.46 for the generalised Wilcoxon test.
add("freireich", "weight=gehan;strata=no", "chi_square", "13.46", "abs 6e-3", "Gehan 1965 data; Wilcoxon chi-square printed by SAS LIFETEST"); add("freireich", "weight=gehan;strata=no;group=1", "gap", "271", "abs 1e-9", "Gehan 1965")
finish()
