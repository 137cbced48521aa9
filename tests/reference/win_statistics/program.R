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
# data.csv: case, stratum, group (0 first), t1, e1, t2, e2 (times and events), v (number, NA missing). freireich: R's
# textbook 6-MP remissions (Freireich et al. 1963, Gehan 1965), first outcome only. The rest is generated.
# Reference: all pairs in matrices, written here from the papers (Dong et al. 2016, Bebu & Lachin 2016, DeLong et al.
# 1988, Finkelstein & Schoenfeld 1999) with explicit sums over distinct opponents, no row sums; wins and losses of one
# time also from survival's concordance, DeLong's variance of one number from pROC.
suppressMessages({ library(survival); library(pROC) })
if (!file.exists("data.csv")) {
  set.seed(91)
  g <- function(case, n, strata, scale) { death <- rexp(n, 0.05); hosp <- rexp(n, 0.08); end <- runif(n, 5, 30); group <- rep(0:1, length.out = n)
    death <- death * ifelse(group == 0, 1.5, 1); first <- pmin(death, end); data.frame(case, stratum = sample(strata, n, TRUE), group, t1 = round(first / scale) * scale, e1 = as.integer(death <= end), t2 = round(pmin(hosp, first) / scale) * scale, e2 = as.integer(hosp <= first), v = ifelse(runif(n) < 0.1, NA, round(rnorm(n, 0.3 * (group == 0)), 1))) }
  six <- c(10, 7, 32, 23, 22, 6, 16, 34, 32, 25, 11, 20, 19, 6, 17, 35, 6, 13, 9, 6, 10); ev <- c(1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0); pl <- c(1, 22, 3, 12, 8, 17, 2, 11, 8, 12, 2, 5, 4, 15, 8, 23, 5, 11, 4, 1, 8)
  f <- data.frame(case = "freireich", stratum = 1, group = rep(0:1, each = 21), t1 = c(six, pl), e1 = c(ev, rep(1, 21)), t2 = 0, e2 = 0, v = 0)
  write.csv(rbind(g("fine", 47, c(1, 1), 0.01), g("coarse", 60, c(1, 1), 2), g("strata", 90, c(1, 2, 2, 3), 1), f,
    data.frame(case = "one_sided", stratum = 1, group = c(0, 0, 1, 1), t1 = 1, e1 = 0, t2 = 1, e2 = 0, v = c(5, 6, 1, 2)), data.frame(case = "censored", stratum = 1, group = c(0, 0, 1, 1, 1), t1 = c(3, 4, 5, 6, 7), e1 = 0, t2 = 1, e2 = 0, v = NA),
    data.frame(case = "single", stratum = 1, group = c(0, 1, 1), t1 = 1, e1 = 0, t2 = 1, e2 = 0, v = c(5, 6, 1))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "all pairs")
compare <- function(x, y, o) { # 1 where x fares better than y, -1 worse, 0 undecided, and the deciding outcome
  for (k in seq_along(o$outcomes)) {
    name <- o$outcomes[k]; m <- o$margin[k]
    if (name == "v") { r <- if (is.na(x$v) || is.na(y$v)) 0 else if (x$v > y$v + m) 1 else if (y$v > x$v + m) -1 else 0; if (o$better == "smaller") r <- -r }
    else {
      tx <- x[[name]]; ty <- y[[name]]; ex <- x[[sub("t", "e", name)]]; ey <- y[[sub("t", "e", name)]]; late <- o$at_event == "later" && m == 0
      r <- if (ey == 1 && (tx > ty + m || (late && tx == ty && ex == 0))) 1 else if (ex == 1 && (ty > tx + m || (late && tx == ty && ey == 0))) -1 else 0
    }
    if (r != 0) return(c(r, k))
  }
  c(0, 0)
}
stratum <- function(x, o) {
  a <- x[x$group == 0, ]; b <- x[x$group == 1, ]; m <- nrow(a); n <- nrow(b); if (m == 0 || n == 0) return(NULL)
  r <- matrix(0, m, n); by <- r; for (i in 1:m) for (j in 1:n) { z <- compare(a[i, ], b[j, ], o); r[i, j] <- z[1]; by[i, j] <- z[2] }
  K <- (r == 1) + 0; L <- (r == -1) + 0; p <- c(mean(K), mean(L)); if (o$variance == "dong") cen <- rep(mean(p), 2) else cen <- p
  xi <- function(A, B, ca, cb) {
    if (m < 2 || n < 2) return(NA)
    if (o$variance == "placements") return(cov(rowMeans(A), rowMeans(B)) / m + cov(colMeans(A), colMeans(B)) / n)
    s10 <- 0; for (j in 1:n) for (l in 1:n) if (j != l) s10 <- s10 + sum((A[, j] - ca) * (B[, l] - cb)); s01 <- 0; for (i in 1:m) for (k in 1:m) if (i != k) s01 <- s01 + sum((A[i, ] - ca) * (B[k, ] - cb))
    s10 / (m * n * (n - 1)) / m + s01 / (m * n * (m - 1)) / n
  }
  V <- c(xi(K, K, cen[1], cen[1]), xi(L, L, cen[2], cen[2]), xi(K, L, cen[1], cen[2]))
  N <- m + n; U <- sapply(1:N, function(i) sum(sapply((1:N)[-i], function(j) compare(x[i, ], x[j, ], o)[1])))
  list(w = if (o$weights == "mh") 1 / N else 1, mn = m * n, K = sum(K), L = sum(L), V = V, by = sapply(seq_along(o$outcomes), function(k) c(sum(K[by == k]), sum(L[by == k]))), T = sum(U[x$group == 0]), W = m * n / (N * (N - 1)) * sum(U^2))
}
run <- function(case, outcomes, variance = "distinct", weights = "mh", at_event = "undecided", better = "larger", margin = 0, level = 0.95) {
  o <- list(outcomes = outcomes, variance = variance, weights = weights, at_event = at_event, better = better, margin = rep_len(margin, length(outcomes)))
  option <- paste0("outcomes=", paste(outcomes, collapse = "+"), ";variance=", variance, ";weights=", weights, ";at_event=", at_event, ";better=", better, ";margin=", margin, ";level=", level)
  x <- d[d$case == case, ]; h <- Filter(Negate(is.null), lapply(split(x, x$stratum), stratum, o)); g <- function(k) sapply(h, `[[`, k)
  mn <- sum(g("w") * g("mn")); p <- c(sum(g("w") * g("K")), sum(g("w") * g("L"))) / mn; V <- matrix(g("V"), 3) %*% (g("w") * g("mn"))^2 / mn^2
  a <- if (variance == "dong") rep(2 / sum(p), 2) else 1 / p; th <- 0.5 + (p[1] - p[2]) / 2; b <- if (variance == "dong") 2 else 0.5 / th + 0.5 / (1 - th); vd <- V[1] + V[2] - 2 * V[3]
  est <- list(win_ratio = c(p[1] / p[2], sqrt(a[1]^2 * V[1] + a[2]^2 * V[2] - 2 * a[1] * a[2] * V[3])), win_odds = c(th / (1 - th), b * sqrt(vd)), net_benefit = c(p[1] - p[2], sqrt(vd)))
  cat("\n", case, option, "\nwins", sum(g("K")), "losses", sum(g("L")), "pairs", sum(g("mn")), "FS", sum(g("T")), sum(g("W")), "\n"); print(do.call(rbind, est), digits = 12)
  add(case, option, "wins", sum(g("K")), 0, s); add(case, option, "losses", sum(g("L")), 0, s); add(case, option, "pairs", sum(g("mn")), 0, s)
  for (k in seq_along(outcomes)) { add(case, option, paste0("wins_", k), sum(sapply(h, function(q) q$by[1, k])), 0, s); add(case, option, paste0("losses_", k), sum(sapply(h, function(q) q$by[2, k])), 0, s) }
  for (k in names(est)) { e <- est[[k]]; log <- k != "net_benefit"; y <- if (log) base::log(e[1]) else e[1]; q <- y + c(-1, 1) * qnorm((1 + level) / 2) * e[2]; if (log) q <- exp(q)
    add(case, option, paste0(k, ":estimate"), e[1], 1e-10, s); add(case, option, paste0(k, ":se"), e[2], 1e-9, s); add(case, option, paste0(k, ":lower"), q[1], 1e-9, s); add(case, option, paste0(k, ":upper"), q[2], 1e-9, s); add(case, option, paste0(k, ":p"), 2 * pnorm(-abs(y / e[2])), 1e-8, s) }
  z <- sum(g("T")) / sqrt(sum(g("W"))); add(case, option, "fs:statistic", sum(g("T")), 0, s); add(case, option, "fs:variance", sum(g("W")), 1e-12, s); add(case, option, "fs:z", z, 1e-11, s); add(case, option, "fs:p", 2 * pnorm(-abs(z)), 1e-9, s)
  invisible(list(option = option, K = sum(g("K")), L = sum(g("L"))))
}
for (v in c("placements", "distinct", "dong")) { run("fine", c("t1", "t2", "v"), v); run("coarse", c("t1", "t2"), v); for (w in c("mh", "equal")) run("strata", c("t1", "v"), v, w) }
run("coarse", c("t1", "t2", "v"), "distinct", at_event = "later", level = 0.9); run("coarse", c("t1", "v"), "dong", margin = 1); run("fine", c("v", "t2"), "placements", better = "smaller"); run("fine", "v", "placements")
# One time: concordance counts a censored time at another's event as later, ties in time apart.
f <- run("freireich", "t1", "distinct", at_event = "later"); x <- d[d$case == "freireich", ]; k <- concordance(Surv(t1, e1) ~ I(1 - group), x)$count; print(k)
add("freireich", f$option, "wins", k[["concordant"]], 0, paste("survival", packageVersion("survival"), "concordance")); add("freireich", f$option, "losses", k[["discordant"]], 0, paste("survival", packageVersion("survival"), "concordance"))
add("freireich", f$option, "fs:statistic", 271, 0, "Gehan 1965: W = 271")
x <- d[d$case == "fine" & !is.na(d$v), ]; x$case <- "fine_complete"; write.csv(rbind(d[d$case != "fine_complete", ], x), "data.csv", row.names = FALSE, quote = FALSE); d <- read.csv("data.csv")
f <- run("fine_complete", "v", "placements"); r <- roc(1 - x$group, x$v, direction = "<", quiet = TRUE); se <- sqrt(var(r, method = "delong")); p <- as.numeric(auc(r))
add("fine_complete", f$option, "net_benefit:se", 2 * se, 1e-9, paste("pROC", packageVersion("pROC"))); add("fine_complete", f$option, "win_odds:estimate", p / (1 - p), 1e-11, paste("pROC", packageVersion("pROC"))); add("fine_complete", f$option, "win_odds:se", se / (p * (1 - p)), 1e-9, paste("pROC", packageVersion("pROC")))
o <- function(x) paste0("outcomes=", x, ";variance=distinct;weights=mh;at_event=undecided;better=larger;margin=0;level=0.95")
add("one_sided", o("v"), "win_ratio:estimate", "NE(ZeroCell)", 0, "definition"); add("one_sided", o("v"), "net_benefit:estimate", 1, 0, "definition"); add("one_sided", o("v"), "net_benefit:se", "NE(ZeroVariance)", 0, "definition")
add("censored", o("t1+v"), "wins", 0, 0, "definition"); add("censored", o("t1+v"), "win_odds:estimate", 1, 0, "definition"); add("censored", o("t1+v"), "fs:p", "NE(ZeroVariance)", 0, "definition")
add("single", o("v"), "win_ratio:estimate", 1, 0, "definition"); add("single", o("v"), "win_ratio:se", "NE(TooFewValues)", 0, "definition"); add("none", o("v"), "wins", "NE(EmptyGroup)", 0, "definition")
finish()
