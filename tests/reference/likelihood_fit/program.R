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
# Maximum and restricted maximum likelihood by Newton steps on the log-Cholesky parameters (no EM), held against nlme::gls.
# data.csv: case, key, arm, x, v1..v5, first (position of the first visit after leaving treatment). Also the data of the
# folders monotone, data_augmentation, conditional_mean, multiple and tipping_point.
suppressMessages(library(nlme)); s <- paste("R", getRversion())
p_of <- c(trial = 4, monotone = 4, fitness = 3, large_mean = 3, complete = 3, one_visit = 1, never = 3, few = 3, collinear = 2, hardly = 2)
if (!file.exists("data.csv")) {
  set.seed(75)
  g <- function(case, n, p, missing, drop, mean = 50, sd = 8, post = 0) {
    arm <- sample(rep(0:1, length.out = n)); x <- round(rnorm(n, mean, sd), 1); a <- matrix(0.6, p, p)^abs(outer(1:p, 1:p, "-")); u <- 0.5 * (x - mean) + matrix(rnorm(n * p), n) %*% chol(a) * sd * 0.7
    y <- round(mean + u - outer(arm, 1:p) * sd / 6 + outer(rep(1, n), 1:p), 1); first <- rep(NA, n)
    for (i in 1:n) { if (runif(1) < drop) { first[i] <- sample(0:(p - 1), 1, prob = c(0.4, rep(1, p - 1))[1:p]); keep <- runif(p) < post; y[i, seq_len(p) > first[i] & !keep] <- NA }; y[i, runif(p) < missing & seq_len(p) != p] <- NA }
    v <- matrix(NA, n, 5); v[, 1:p] <- y; colnames(v) <- paste0("v", 1:5)
    key <- sprintf(c("%02d-%03d", "SITE%d/%d", "%d.%d")[1 + (1:n) %% 3], 1 + (1:n) %% 4, 1:n)
    data.frame(case, key = sample(key), arm, x, v, first)
  }
  f <- scan(text = "44.609 11.37 178 45.313 10.07 185 54.297 8.65 156 59.571 . . 49.874 9.22 . 44.811 11.63 176 . 11.95 176 . 10.85 . 39.442 13.08 174 60.055 8.63 170 50.541 . . 37.388 14.03 186 44.754 11.12 176 47.273 . . 51.855 10.33 166 49.156 8.95 180 40.836 10.95 168 46.672 10.00 . 46.774 10.25 . 50.388 10.08 168 39.407 12.63 174 46.080 11.17 156 45.441 9.63 164 . 8.92 . 45.118 11.08 . 39.203 12.88 168 45.790 10.47 186 50.545 9.93 148 48.673 9.40 186 47.920 11.50 170 47.467 10.50 170", na.strings = ".", quiet = TRUE)
  v <- cbind(matrix(f, ncol = 3, byrow = TRUE), NA, NA); colnames(v) <- paste0("v", 1:5)
  fit <- data.frame(case = "fitness", key = sprintf("%02d", 1:31), arm = 0, x = 0, v, first = NA)
  never <- g("never", 12, 3, 0, 0); never$v2 <- NA; few <- g("few", 4, 3, 0, 0); col <- g("collinear", 12, 2, 0.1, 0); col$x <- 1 + 2 * col$arm
  hardly <- g("hardly", 30, 2, 0, 0); hardly$v1[1:10] <- NA; hardly$v2[16:30] <- NA
  d <- rbind(g("trial", 60, 4, 0.08, 0.35, post = 0.15), g("monotone", 40, 4, 0, 0.4), fit, g("large_mean", 30, 3, 0.1, 0.3, 1e5, 2), g("complete", 16, 3, 0, 0), g("one_visit", 20, 1, 0, 0.3), never, few, col, hardly)
  write.csv(d, "data.csv", row.names = FALSE, quote = FALSE, na = "")
}
d <- read.csv("data.csv", colClasses = c(key = "character"))
fit_group <- function(y, X, restricted) {
  p <- ncol(y); q <- ncol(X); use <- rowSums(!is.na(y)) > 0; y <- y[use, , drop = FALSE]; X <- X[use, , drop = FALSE]; n <- nrow(y)
  lower <- which(lower.tri(diag(p), TRUE), arr.ind = TRUE)
  unpack <- function(t) { L <- matrix(0, p, p); L[lower] <- t; diag(L) <- exp(diag(L)); L }
  centre <- colMeans(y, na.rm = TRUE); unit <- apply(y, 2, sd, na.rm = TRUE); y <- sweep(sweep(y, 2, centre), 2, unit, "/")
  factor <- qr(X); X <- qr.Q(factor); triangle <- qr.R(factor)
  value <- function(t) {
    L <- unpack(t); S <- tcrossprod(L); A <- matrix(0, p * q, p * q); b <- rep(0, p * q); W <- vector("list", n)
    for (i in 1:n) { o <- which(!is.na(y[i, ])); P <- matrix(0, p, p); P[o, o] <- solve(S[o, o, drop = FALSE]); W[[i]] <- P; A <- A + kronecker(P, tcrossprod(X[i, ])); yy <- ifelse(is.na(y[i, ]), 0, y[i, ]); b <- b + kronecker(P %*% yy, X[i, ]) }
    B <- matrix(solve(A, b), q, p); V <- solve(A); G <- matrix(0, p, p); ll <- 0
    for (i in 1:n) { o <- which(!is.na(y[i, ])); P <- W[[i]]; r <- ifelse(is.na(y[i, ]), 0, y[i, ] - X[i, ] %*% B); Pr <- P %*% r
      ll <- ll - 0.5 * (length(o) * log(2 * pi) + c(determinant(S[o, o, drop = FALSE])$modulus) + sum(r * Pr)); G <- G - 0.5 * (P - tcrossprod(Pr))
      if (restricted) { K <- kronecker(diag(p), t(X[i, ])); M <- K %*% V %*% t(K); G <- G + 0.5 * P %*% M %*% P } }
    if (restricted) ll <- ll + 0.5 * (p * q * log(2 * pi) - c(determinant(A)$modulus))
    D <- 2 * G %*% L; D <- D * outer(rep(1, p), rep(1, p)); grad <- D[lower]; dg <- lower[, 1] == lower[, 2]; grad[dg] <- grad[dg] * diag(L)
    list(ll = ll, grad = grad, B = B, S = S)
  }
  t <- diag(-0.1, p)[lower]
  t <- optim(t, function(t) if (max(abs(t)) > 12) 1e10 else -value(t)$ll, function(t) -value(t)$grad, method = "BFGS", control = list(reltol = 1e-14, maxit = 500, fnscale = n))$par
  for (k in 1:40) { g0 <- value(t)$grad; if (max(abs(g0)) < 1e-12) break; h <- 1e-5; H <- sapply(seq_along(t), function(j) { e <- replace(rep(0, length(t)), j, h); (value(t + e)$grad - value(t - e)$grad) / (2 * h) }); t <- t - solve((H + t(H)) / 2, g0) }
  v <- value(t); n_seen <- colSums(!is.na(y)); v$ll <- v$ll - sum(n_seen * log(unit)) + if (restricted) q * sum(log(unit)) - p * sum(log(abs(diag(triangle)))) else 0
  cat("  largest derivative", format(max(abs(v$grad)), digits = 2), "log likelihood", format(v$ll, digits = 12), "\n")
  v$S <- v$S * tcrossprod(unit); v$B <- t(t(backsolve(triangle, v$B)) * unit) + outer(as.numeric(seq_len(q) == 1), centre); v
}
fit_case <- function(case, model, restricted) {
  dd <- d[d$case == case, ]; y <- as.matrix(dd[, paste0("v", seq_len(p_of[case])), drop = FALSE]); groups <- if (model == "by_arm") dd$arm else rep(0, nrow(dd))
  lapply(sort(unique(groups)), function(g) { k <- groups == g; X <- switch(model, pooled = cbind(1, dd$arm, dd$x), by_arm = cbind(1, dd$x), mean = cbind(rep(1, nrow(dd))))[k, , drop = FALSE]; fit_group(y[k, , drop = FALSE], X, restricted) })
}
if (sys.nframe() == 0) {
  for (case in c("trial", "monotone", "fitness", "large_mean", "complete", "one_visit", "hardly")) for (model in c("pooled", "by_arm", "mean")) for (kind in c("ml", "reml")) {
    if ((case == "fitness" && model != "mean") || (case == "hardly" && model == "by_arm")) next
    cat(case, model, kind, "\n"); p <- p_of[[case]]; fits <- fit_case(case, model, kind == "reml"); o <- paste0("visits=", p, ";model=", model, ";likelihood=", kind)
    for (g in seq_along(fits)) { f <- fits[[g]]; add(case, o, paste0("log_likelihood_", g - 1), f$ll, 1e-9, s)
      sc <- sqrt(diag(f$S))
      for (j in 1:p) { for (c in seq_len(nrow(f$B))) add(case, o, paste0("b_", g - 1, "_", c - 1, "_", j - 1), f$B[c, j], if (c == 1) 1e-7 else 1e-6, s); for (k in 1:j) add(case, o, paste0("s_", g - 1, "_", j - 1, "_", k - 1), f$S[j, k], 1e-6, s) } }
    if (case %in% c("trial", "monotone") && model == "mean") {
      dd <- d[d$case == case, ]; l <- reshape(dd[, c("key", paste0("v", 1:p))], direction = "long", varying = paste0("v", 1:p), v.names = "y", timevar = "t", idvar = "key"); l <- l[!is.na(l$y), ]; l <- l[order(l$key, l$t), ]
      m <- gls(y ~ 0 + factor(t), l, correlation = corSymm(form = ~ t | key), weights = varIdent(form = ~ 1 | t), method = toupper(kind), control = glsControl(tolerance = 1e-10, msTol = 1e-12, msMaxIter = 500, opt = "optim"))
      print(coef(m), digits = 10); print(fits[[1]]$B, digits = 10); print(logLik(m), digits = 10)
      for (j in 1:p) add(case, o, paste0("b_0_0_", j - 1), coef(m)[[j]], 1e-5, paste("nlme", packageVersion("nlme")))
      if (kind == "ml") add(case, o, "log_likelihood_0", c(logLik(m)), 1e-8, paste("nlme", packageVersion("nlme")))
    }
  }
  # SAS/STAT User's Guide, PROC MI, Example "EM Algorithm for MLE" (Fitness1): printed to six decimals at a convergence criterion of 1e-4.
  sas <- c(b_0_0_0 = 47.104077, b_0_0_1 = 10.554858, b_0_0_2 = 171.381669, s_0_0_0 = 27.797931, s_0_1_0 = -6.457975, s_0_1_1 = 2.015514, s_0_2_0 = -18.031298, s_0_2_1 = 3.516287, s_0_2_2 = 97.766857)
  for (k in names(sas)) add("fitness", "visits=3;model=mean;likelihood=ml", k, sas[[k]], 2e-5, "SAS/STAT PROC MI EM example; quoted from memory")
  add("never", "visits=3;model=mean;likelihood=ml", "b_0_0_0", "NE(TooFewValues)", 0, "definition")
  add("few", "visits=3;model=pooled;likelihood=ml", "b_0_0_0", "NE(Singular)", 0, "definition")
  add("collinear", "visits=2;model=pooled;likelihood=ml", "b_0_0_0", "NE(Singular)", 0, "definition")
  finish()
}
