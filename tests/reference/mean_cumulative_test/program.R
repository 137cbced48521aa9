# Run in this folder: Rscript program.R > listing.txt
# data.csv of ../mean_cumulative. Pooled centre: robust score test of coxph (Breslow ties). Own group: Cook, Lawless & Nadeau (1996)
# written out subject by subject.
source("../mean_cumulative/common.R")
d <- read.csv("../mean_cumulative/data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival")); w <- paste("R", getRversion(), "formula")
for (case in c("frail", "rounded", "small")) {
  dd <- d[d$case == case, ]; x <- rows_of(dd); f <- coxph(Surv(start, stop, status) ~ I(1 - group), x, cluster = id, ties = "breslow", eps = 1e-12)
  cat("\n", case, "\n"); print(summary(f)); cat("robust score", format(f$rscore, digits = 12), "\n")
  add(case, "centre=pooled", "chi_square", f$rscore, 1e-9, s); add(case, "centre=pooled", "p", pchisq(f$rscore, 1, lower.tail = FALSE), 1e-8, s)
  tt <- sort(unique(x$stop[x$status == 1])); u <- function(pooled) {
    total <- 0; part <- setNames(numeric(length(unique(x$id))), sort(unique(x$id)))
    for (t in tt) { risk <- x[x$start < t & x$stop >= t, ]; n0 <- sum(risk$group == 0); n1 <- sum(risk$group == 1); if (n0 * n1 == 0) next
      ev <- risk$stop == t & risk$status == 1; d0 <- sum(ev & risk$group == 0); d1 <- sum(ev & risk$group == 1)
      total <- total + n0 * n1 / (n0 + n1) * (d0 / n0 - d1 / n1)
      h <- if (pooled) rep((d0 + d1) / (n0 + n1), 2) else c(d0 / n0, d1 / n1); wt <- c(n1, -n0)[risk$group + 1] / (n0 + n1); k <- as.character(risk$id)
      part[k] <- part[k] + wt * (ev - h[risk$group + 1]) }
    c(total, sqrt(sum(part^2))) }
  for (pooled in c(TRUE, FALSE)) { r <- u(pooled); o <- if (pooled) "centre=pooled" else "centre=own"; cat(o, format(c(r, (r[1] / r[2])^2), digits = 12), "\n"); if (pooled) stopifnot(abs((r[1] / r[2])^2 / f$rscore - 1) < 1e-9)
    add(case, o, "excess", r[1], 1e-9, w); add(case, o, "standard_error", r[2], 1e-9, w); add(case, o, "z", r[1] / r[2], 1e-9, w); add(case, o, "p_upper", pnorm(r[1] / r[2], lower.tail = FALSE), 1e-8, w) }
}
add("none", "centre=pooled", "p", "NE(NoEvents)", 0, "definition")
finish()
