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
suppressMessages({ library(MASS); library(ordinal); library(VGAM) })
# data.csv: case, y (level), treatment, x1, stratum, n (how many such records). cheese: McCullagh & Nelder (1989) p. 175, the
# example of SAS PROC LOGISTIC, additive in the stratum with the fourth as reference; all others are invented.
if (!file.exists("data.csv")) {
  set.seed(41)
  g <- function(case, y, treatment, x1, stratum, n) data.frame(case, y, treatment, x1, stratum, n)
  cheese <- rbind(c(0, 0, 1, 7, 8, 8, 19, 8, 1), c(6, 9, 12, 11, 7, 6, 1, 0, 0), c(1, 1, 6, 8, 23, 7, 5, 1, 0), c(0, 0, 0, 1, 3, 7, 14, 16, 11))
  ch <- expand.grid(y = 0:8, a = 1:4); ch$n <- as.vector(t(cheese)); ch <- ch[ch$n > 0, ]
  k <- 180; t <- rep(0:1, k / 2); x <- round(rnorm(k, 100, 15)); s <- sample(0:2, k, TRUE)
  y <- as.numeric(cut(0.6 * t + 0.02 * (x - 100) + rlogis(k), c(-Inf, -1.5, 0, 1, 2.5, Inf))) - 1
  m <- 60; tm <- rep(0:1, m / 2); ym <- as.numeric(cut(0.9 * tm + rlogis(m), c(-Inf, 0, 1.2, Inf))) - 1; ym[ym == 2] <- 4
  write.csv(rbind(g("cheese", ch$y, 0, 0, ch$a %% 4, ch$n), g("mrs", y, t, x, s, 1), g("gap", ym, tm, round(rnorm(m), 2), 0, 1), g("two", as.numeric(y > 1), t, x, s, 1),
    g("apart", rep(0:2, each = 5), rep(0, 15), 1:15, 0, 1)), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); src <- paste("ordinal", packageVersion("ordinal")); vg <- paste("VGAM", packageVersion("VGAM")); own <- paste("R", getRversion(), "own program")
# The general cumulative model at given parameters: gradient, expected and observed information by the multinomial formula.
general_score <- function(y, X, theta, beta) {
  J <- length(theta) + 1; k <- J - 1; q <- ncol(X); U <- numeric(k * (q + 1)); I <- O <- matrix(0, k * (q + 1), k * (q + 1))
  for (i in seq_along(y)) {
    F <- plogis(theta - sum(X[i, ] * beta)); p <- diff(c(0, F, 1)); f <- F * (1 - F); D <- matrix(0, J, k); for (j in 1:k) { D[j, j] <- f[j]; D[j + 1, j] <- -f[j] }
    Z <- kronecker(diag(k), t(c(1, -X[i, ]))); g <- t(Z) %*% D[y[i], ] / p[y[i]]; U <- U + g; I <- I + t(Z) %*% t(D) %*% diag(1 / p) %*% D %*% Z
    H <- matrix(0, k, k); s <- f * (1 - 2 * F); if (y[i] <= k) H[y[i], y[i]] <- s[y[i]]; if (y[i] > 1) H[y[i] - 1, y[i] - 1] <- -s[y[i] - 1]; O <- O + g %*% t(g) - t(Z) %*% H %*% Z / p[y[i]]
  }
  c(expected = drop(t(U) %*% solve(I, U)), observed = drop(t(U) %*% ginv(O, 1e-10) %*% U))
}
models <- list(c("cheese", "stratum"), c("mrs", "treatment+x1"), c("mrs", "treatment+stratum"), c("gap", "treatment+x1"), c("two", "treatment"))
for (mm in models) {
  case <- mm[1]; o <- paste0("terms=", mm[2]); dd <- d[d$case == case, ]; dd <- dd[rep(seq_len(nrow(dd)), dd$n), ]; dd$Y <- factor(dd$y, ordered = TRUE)
  f <- as.formula(paste("Y ~", gsub("stratum", "factor(stratum)", mm[2]))); X <- model.matrix(f, dd)[, -1, drop = FALSE]; q <- ncol(X); J <- nlevels(dd$Y)
  # clm needs centred numbers for its numerics; the thresholds are moved back.
  k <- ifelse(colnames(X) == "x1", mean(dd$x1), 0); dd$Z <- sweep(X, 2, k)
  if (J > 2) { m <- clm(Y ~ Z, data = dd, control = clm.control(gradTol = 1e-12, maxIter = 200)); b <- m$beta; th <- m$alpha + sum(k * b); V <- vcov(m); ll <- as.numeric(logLik(m)) } else {
    m <- glm(y ~ Z, binomial, dd, control = glm.control(epsilon = 1e-15)); m <- glm(y ~ Z, binomial, dd, start = coef(m)); b <- coef(m)[-1]; th <- -coef(m)[1] + sum(k * b); A <- diag(c(-1, rep(1, q))); V <- A %*% vcov(m) %*% A; ll <- as.numeric(logLik(m)) }
  nt <- J - 1; A <- diag(nt + q); A[1:nt, nt + seq_len(q)] <- matrix(k, nt, q, byrow = TRUE); V <- A %*% V %*% t(A); cat("\n", case, mm[2], "\n"); print(cbind(c(th, b), sqrt(diag(V))), digits = 12)
  if (J > 2) { w <- vglm(Y ~ Z, cumulative(parallel = TRUE), dd, epsilon = 1e-14, maxit = 100); E <- vcov(w); B <- diag(c(rep(1, nt), rep(-1, q))); E <- A %*% B %*% E %*% B %*% t(A) } else E <- V
  add(case, o, "log_likelihood", ll, 1e-10, src)
  for (kind in c("observed", "expected")) {
    W <- if (kind == "observed") V else E; s <- if (kind == "observed") src else vg; tol <- if (kind == "observed") 1e-8 else 1e-6
    for (j in seq_len(q)) { oj <- paste0(o, ";column=", j - 1, ";information=", kind); se <- sqrt(W[nt + j, nt + j]); add(case, oj, "estimate", b[[j]], 1e-8, src); add(case, oj, "se", se, tol, s); add(case, oj, "p", 2 * pnorm(-abs(b[[j]] / se)), 10 * tol, s)
      add(case, oj, "or", exp(b[[j]]), 1e-8, src); add(case, oj, "or_lower", exp(b[[j]] - qnorm(0.975) * se), tol, s); add(case, oj, "or_upper", exp(b[[j]] + qnorm(0.975) * se), tol, s)
      add(case, paste0(oj, ";sign=lower"), "estimate", -b[[j]], 1e-8, src); add(case, paste0(oj, ";sign=lower;level=0.9"), "upper", -b[[j]] + qnorm(0.95) * se, tol * 10, s) }
    for (j in seq_len(nt)) { oj <- paste0(o, ";threshold=", j - 1, ";information=", kind); add(case, oj, "estimate", th[[j]], "abs 1e-8", src); add(case, oj, "se", sqrt(W[j, j]), tol, s) }
    i <- nt + seq_len(q); add(case, paste0(o, ";drop=all;information=", kind), "wald", drop(b %*% solve(W[i, i], b)), 10 * tol, s)
  }
  if (J > 2) {
    po <- general_score(as.numeric(dd$Y), dd$Z, m$alpha, b); print(po, digits = 10); for (kind in names(po)) add(case, paste0(o, ";information=", kind), "proportional", po[[kind]], 1e-6, own)
    n0 <- clm(Y ~ 1, data = dd, control = clm.control(gradTol = 1e-12)); add(case, paste0(o, ";drop=all"), "lr", 2 * (ll - as.numeric(logLik(n0))), 1e-8, src)
    s0 <- local({ th0 <- n0$alpha; U <- 0; I <- 0; for (i in seq_along(dd$y)) { F <- plogis(th0); p <- diff(c(0, F, 1)); f <- F * (1 - F); D <- matrix(0, J, nt); for (j in 1:nt) { D[j, j] <- f[j]; D[j + 1, j] <- -f[j] }; Z <- cbind(diag(nt), -matrix(dd$Z[i, ], nt, q, byrow = TRUE)); U <- U + t(Z) %*% t(D) %*% ((seq_len(J) == as.numeric(dd$Y)[i]) / p); I <- I + t(Z) %*% t(D) %*% diag(1 / p) %*% D %*% Z }; drop(t(U) %*% solve(I, U)) })
    add(case, paste0(o, ";drop=all;information=expected"), "score", s0, 1e-7, own)
    po <- polr(f, dd, Hess = TRUE); print(coef(po), digits = 6)
  }
}
add("apart", "terms=x1;column=0;information=observed", "estimate", "NE(Separation)", 0, "definition"); add("two", "terms=treatment;information=expected", "proportional", "NE(NotDefined)", 0, "definition")
# SAS stops its iterations early: coefficients and statistics are good to some units of the last digit printed.
# SAS PROC LOGISTIC documentation, ordinal logistic regression: the first category has ordered value 1, so signs are those of `lower`.
p <- "SAS/STAT PROC LOGISTIC example (cheese); quoted from memory"; v <- c("1.6128", "4.9645", "3.3227"); se <- c("0.3778", "0.4741", "0.4251"); a <- c("-7.0801", "-6.0249", "-4.9254", "-3.8568", "-2.5205", "-1.5685", "-0.0669", "1.4930"); as <- c("0.5624", "0.4755", "0.4272", "0.3902", "0.3431", "0.3086", "0.2658", "0.3310")
for (j in 1:3) { oj <- paste0("terms=stratum;column=", j - 1, ";information=expected;sign=lower"); add("cheese", oj, "estimate", v[j], "abs 2e-4", p); add("cheese", oj, "se", se[j], "abs 6e-5", p) }
for (j in 1:8) { oj <- paste0("terms=stratum;threshold=", j - 1, ";information=expected"); add("cheese", oj, "estimate", a[j], "abs 2e-4", p); add("cheese", oj, "se", as[j], "abs 6e-5", p) }
o <- "terms=stratum;drop=all;information=expected"; add("cheese", "terms=stratum", "log_likelihood", "-355.674", "abs 6e-4", p); add("cheese", o, "lr", "148.4539", "abs 6e-5", p); add("cheese", o, "score", "111.2670", "abs 6e-5", p); add("cheese", o, "wald", "115.1504", "abs 4e-3", p)
add("cheese", "terms=stratum;information=observed", "proportional", "17.2866", "abs 4e-4", p); add("cheese", "terms=stratum;information=observed", "proportional_df", "21", 0, p); add("cheese", "terms=stratum;information=observed", "proportional_p", "0.6936", "abs 6e-5", p)
finish()
