# Run in this folder: Rscript program.R > listing.txt
# Reads ../logistic/data.csv, writes expected.csv.
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
suppressMessages(library(brglm2))
d <- read.csv("../logistic/data.csv"); own <- paste("R", getRversion(), "own program"); src <- paste("brglm2", packageVersion("brglm2"))
# Penalised likelihood with the penalty of the whole design; coefficients in `free` are estimated, the others stay.
penalised <- function(X, y, start, free) {
  b <- start
  value <- function(b) { p <- plogis(drop(X %*% b)); sum(dbinom(y, 1, p, log = TRUE)) + determinant(crossprod(X * sqrt(p * (1 - p))))$modulus / 2 }
  for (i in 1:5000) {
    p <- plogis(drop(X %*% b)); w <- p * (1 - p); I <- crossprod(X * sqrt(w)); h <- w * rowSums((X %*% solve(I)) * X)
    if (!length(free)) break
    s <- solve(I[free, free, drop = FALSE], crossprod(X[, free, drop = FALSE], y - p + h * (0.5 - p)))
    s <- s * min(1, 1 / max(abs(X[, free, drop = FALSE] %*% s))); b[free] <- b[free] + s
    if (max(abs(X[, free, drop = FALSE] %*% s)) < 1e-14) break
  }
  list(b = b, value = as.numeric(value(b)), vcov = solve(I), augmented = solve(crossprod(X * sqrt(w * (1 + h)))))
}
models <- list(c("one_way", "treatment+x1+x2"), c("quasi", "treatment+x1+stratum"), c("complete", "x1"), c("complete", "treatment+x1"), c("rare", "treatment+x1"), c("trial", "treatment+x1+x2"))
for (mm in models) {
  case <- mm[1]; o <- paste0("terms=", mm[2]); dd <- d[d$case == case, ]; f <- as.formula(paste("y ~", gsub("stratum", "factor(stratum)", mm[2])))
  m <- suppressWarnings(glm(f, binomial, dd, method = "brglmFit", type = "AS_mean", control = list(epsilon = 1e-14, maxit = 5000, slowit = 1)))
  X <- model.matrix(f, dd); q <- ncol(X); centre <- coef(m); y <- dd$y; whole <- penalised(X, y, coef(m), seq_len(q)); z <- qnorm(0.975)
  cat("\n", case, mm[2], "\n"); print(cbind(whole$b, coef(m), sqrt(diag(vcov(m))), sqrt(diag(whole$augmented))), digits = 12)
  add(case, o, "penalised_log_likelihood", whole$value, 1e-10, own)
  for (j in seq_len(q)) {
    oj <- paste0(o, ";column=", j - 1)
    add(case, oj, "estimate", coef(m)[[j]], 1e-8, src); add(case, oj, "se", sqrt(diag(whole$vcov))[[j]], 1e-8, own); add(case, paste0(oj, ";covariance=augmented"), "se", sqrt(diag(whole$augmented))[[j]], 1e-8, own)
    add(case, oj, "se", sqrt(diag(vcov(m)))[[j]], 1e-6, src)
    se <- sqrt(whole$vcov[j, j])
    fall <- function(v, level = 1) { b <- whole$b; b[j] <- v; sqrt(max(0, 2 * (whole$value - penalised(X, y, b, setdiff(seq_len(q), j))$value))) }
    for (level in c(0.95, 0.9)) { ol <- paste0(oj, ";level=", level); cut <- sqrt(qchisq(level, 1)); for (s in c(-1, 1)) {
      far <- whole$b[j] + s * se; while (fall(far) < cut) far <- far + s * se
      add(case, ol, if (s < 0) "profile_lower" else "profile_upper", uniroot(function(v) fall(v) - cut, sort(c(whole$b[j], far)), tol = 1e-12)$root, 1e-7, own) } }
    b0 <- whole$b; b0[j] <- 0; null <- penalised(X, y, b0, setdiff(seq_len(q), j)); lr <- 2 * (whole$value - null$value)
    add(case, paste0(o, ";drop=", j - 1), "lr", lr, 1e-8, own); add(case, paste0(o, ";drop=", j - 1), "lr_p", pchisq(lr, 1, lower.tail = FALSE), 1e-7, own)
  }
  null <- penalised(X, y, c(0, rep(0, q - 1)), 1); oo <- paste0(o, ";drop=", paste(seq_len(q - 1), collapse = "+")); add(case, oo, "lr", 2 * (whole$value - null$value), 1e-8, own)
}
finish()
