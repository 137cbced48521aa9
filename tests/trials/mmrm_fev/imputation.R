# Multiple imputation of the simulated lung function data, by base R alone: data augmentation with Jeffreys' prior,
# visits drawn under MAR, J2R, CR, CIR and LMCF (Carpenter, Roger & Kenward 2013), analysis of covariance at the last
# visit, Rubin's rules. Other random numbers than ours: `error` is the Monte Carlo standard error of a result of `m`
# imputations, from the spread over batches of `m`; `value` is the mean over the batches.
# Rscript imputation.R fev_data.csv > imputation.csv
set.seed(20240123)
draws <- 2000
data <- read.csv(commandArgs(TRUE)[1])
data <- data[order(data$USUBJID, data$VISITN), ]
one <- data[data$VISITN == 1 | data$AVISIT == "VIS1", ]
one <- one[order(one$USUBJID), ]
y <- t(sapply(split(data$FEV1, data$USUBJID), identity))[one$USUBJID, ]
arm <- as.integer(one$ARMCD == "TRT")
sex <- as.integer(one$SEX == "Male")
base <- one$FEV1_BL
p <- ncol(y)
seen <- apply(y, 1, function(v) max(c(0, which(!is.na(v)))))

# Missing visits of a group of alike subjects given the observed ones.
fill <- function(y, rows, mean, S, first) {
  for (pattern in split(rows, apply(is.na(y[rows, , drop = FALSE]), 1, paste, collapse = ""))) {
    m <- which(is.na(y[pattern[1], ]))
    if (!length(m)) next
    o <- setdiff(seq_len(p), m)
    centre <- mean[pattern, m, drop = FALSE]
    C <- S[m, m, drop = FALSE]
    if (length(o)) {
      slope <- solve(S[o, o, drop = FALSE], S[o, m, drop = FALSE])
      centre <- centre + (y[pattern, o, drop = FALSE] - mean[pattern, o, drop = FALSE]) %*% slope
      C <- C - S[m, o, drop = FALSE] %*% slope
    }
    noise <- matrix(rnorm(length(pattern) * length(m)), length(pattern))
    y[pattern, m] <- centre + noise %*% chol(C)
  }
  y
}

# Draws of coefficients and covariance by a chain, one in ten after 500.
chain <- function(rows, X) {
  now <- y
  now[is.na(now)] <- colMeans(y, na.rm = TRUE)[col(y)[is.na(y)]]
  kept <- vector("list", draws)
  XX <- solve(crossprod(X[rows, ])); root <- chol(XX)
  for (step in seq_len(500 + 10 * draws)) {
    B <- XX %*% crossprod(X[rows, ], now[rows, ])
    E <- now[rows, ] - X[rows, ] %*% B
    S <- solve(rWishart(1, length(rows) - ncol(X), solve(crossprod(E)))[, , 1])
    B <- B + t(root) %*% matrix(rnorm(length(B)), nrow(B)) %*% chol(S)
    now <- fill(y, rows, X %*% B, S)
    if (step > 500 && step %% 10 == 0) kept[[(step - 500) / 10]] <- list(B = B, S = S)
  }
  kept
}

# Means of each subject under a strategy, where arms differ by means alone.
means <- function(strategy, own, reference, last) {
  if (strategy == "mar") return(own)
  if (strategy == "cr") { own[arm == 1, ] <- reference[arm == 1, ]; return(own) }
  for (i in which(strategy == "lmcf" | arm == 1)) {
    from <- last[i]
    # Nobody without a visit is analysed under LMCF.
    if (from == p || (from == 0 && strategy == "lmcf")) next
    after <- (from + 1):p
    own[i, after] <- switch(strategy,
      j2r = reference[i, after],
      cir = if (from == 0) reference[i, after] else own[i, from] + reference[i, after] - reference[i, from],
      lmcf = own[i, from])
  }
  own
}

fit <- function(response, rows, covariates, delta) {
  response <- response + delta
  X <- cbind(1, arm, covariates)[rows, ]
  XX <- solve(crossprod(X)); b <- XX %*% crossprod(X, response[rows])
  s2 <- sum((response[rows] - X %*% b)^2) / (length(rows) - ncol(X))
  # Means of the arms with each sex alike, at the mean baseline.
  at <- if (ncol(covariates) == 2) c(0.5, mean(base[rows])) else mean(base[rows])
  L <- rbind(diff = c(0, 1, 0 * at), pbo = c(1, 0, at), trt = c(1, 1, at))
  cbind(L %*% b, sqrt(s2 * rowSums((L %*% XX) * L)))
}

rubin <- function(fits) {
  estimate <- sapply(fits, function(f) f[, 1]); variance <- sapply(fits, function(f) f[, 2]^2); m <- ncol(estimate)
  cbind(rowMeans(estimate), sqrt(rowMeans(variance) + (1 + 1 / m) * apply(estimate, 1, var)))
}

put <- function(key, m, fits) {
  batches <- lapply(seq_len(draws / m), function(k) rubin(fits[(k - 1) * m + seq_len(m)]))
  spread <- array(unlist(batches), c(3, 2, length(batches)))
  names <- c("diff[arm=trt/pbo", "lsmean[arm=pbo", "lsmean[arm=trt")
  for (i in 1:3) for (j in 1:2) {
    parts <- strsplit(names[i], "[", fixed = TRUE)[[1]]
    delta <- if (length(key) > 1) paste0(",delta=", key[2]) else ""
    if (i > 1 && length(key) > 1) next
    cat(sprintf("\"%s:%s%s[%s%s]\",%d,%.10g,%.4g\n", key[1], parts[1], if (j == 2) "_se" else "", parts[2], delta, m,
                mean(spread[i, j, ]), sd(spread[i, j, ])))
  }
}

run <- function(draw, strategy, rows, covariates, X, R, deltas = 0) {
  out <- lapply(deltas, function(d) vector("list", draws))
  shifted <- is.na(y[, p]) & arm == 1
  for (k in seq_len(draws)) {
    d <- draw[[k]]
    full <- fill(y, rows, means(strategy, X %*% d$B, R %*% d$B, seen), d$S)
    for (at in seq_along(deltas)) out[[at]][[k]] <- fit(full[, p], rows, covariates, deltas[at] * shifted)
  }
  out
}

cat("key,m,value,error\n")
everyone <- seq_along(arm)
X <- cbind(1, arm, sex, base); R <- cbind(1, 0, sex, base)
pooled <- chain(everyone, X)
put("fev_mi", 40, run(pooled, "mar", everyone, cbind(sex, base), X, R)[[1]])
put("fev_j2r", 20, run(pooled, "j2r", everyone, cbind(sex, base), X, R)[[1]])
put("fev_cr", 20, run(pooled, "cr", everyone, cbind(sex, base), X, R)[[1]])
put("fev_cir", 20, run(pooled, "cir", everyone, cbind(sex, base), X, R)[[1]])
deltas <- c(0, -1, -2, -4, -8)
shifted <- run(pooled, "mar", everyone, cbind(sex, base), X, R, deltas)
put("fev_delta", 40, shifted[[3]])
for (at in seq_along(deltas)) put(c("fev_tipping", deltas[at]), 40, shifted[[at]])
# The arms as groups: coefficients and covariance of each.
by_arm <- lapply(0:1, function(a) chain(which(arm == a), cbind(1, sex, base)))
both <- lapply(seq_len(draws), function(k) {
  full <- y
  for (a in 0:1) {
    rows <- which(arm == a)
    full <- fill(full, rows, cbind(1, sex, base) %*% by_arm[[a + 1]][[k]]$B, by_arm[[a + 1]][[k]]$S)
  }
  fit(full[, p], everyone, cbind(sex, base), 0)
})
put("fev_mi_by_arm", 20, both)
# Without sex.
X <- cbind(1, arm, base); R <- cbind(1, 0, base)
put("fev_mi_monotone", 20, run(chain(everyone, X), "mar", everyone, cbind(base), X, R)[[1]])
# Those with a visit.
rows <- which(seen > 0)
X <- cbind(1, arm, sex, base); R <- cbind(1, 0, sex, base)
put("fev_lmcf", 20, run(chain(rows, X), "lmcf", rows, cbind(sex, base), X, R)[[1]])
