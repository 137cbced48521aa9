# Run in this folder: Rscript program.R > listing.txt
# Reads the data of likelihood_fit and fits by its program, writes expected.csv.
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
here <- getwd(); setwd("../likelihood_fit"); fitting <- new.env(); sys.source("program.R", fitting, chdir = FALSE); setwd(here)
s <- paste("R", getRversion())
# Estimate: coefficient of the arm in lm(last visit ~ arm + x) of the data with missing visits at their conditional means.
estimate <- function(dd, case, model, restricted, strategies, p, keys = NULL) {
  y <- as.matrix(dd[, paste0("v", 1:p), drop = FALSE]); masked <- y
  for (i in which(!is.na(dd$first))) masked[i, seq_len(p) > dd$first[i]] <- NA
  X <- if (model == "pooled") cbind(1, dd$arm, dd$x) else cbind(1, dd$x); R <- if (model == "pooled") cbind(1, 0, dd$x) else X
  group <- if (model == "pooled") rep(1, nrow(dd)) else dd$arm + 1
  sink(tempfile()); fits <- lapply(sort(unique(group)), function(g) fitting$fit_group(masked[group == g, , drop = FALSE], X[group == g, , drop = FALSE], restricted)); sink()
  sapply(strategies, function(strategy) {
    full <- y
    for (i in seq_len(nrow(dd))) {
      m <- which(is.na(y[i, ])); o <- which(!is.na(y[i, ])); if (!length(m)) next
      mean <- drop(X[i, ] %*% fits[[group[i]]]$B); S <- fits[[group[i]]]$S; mr <- drop(R[i, ] %*% fits[[1]]$B); SR <- fits[[1]]$S; f <- dd$first[i]
      if (!is.na(f) && strategy != "mar" && f < p) {
        b <- seq_len(f); a <- setdiff(1:p, b)
        if (strategy == "cr" || f == 0) { mean <- mr; S <- SR } else {
          mean[a] <- if (strategy == "j2r") mr[a] else mean[f] + mr[a] - mr[f]
          C <- SR[a, b, drop = FALSE] %*% solve(SR[b, b, drop = FALSE]); N <- S
          N[a, b] <- C %*% S[b, b]; N[b, a] <- t(N[a, b]); N[a, a] <- SR[a, a] - C %*% (SR[b, b] - S[b, b]) %*% t(C); S <- N
        }
      }
      full[i, m] <- if (length(o)) mean[m] + S[m, o, drop = FALSE] %*% solve(S[o, o, drop = FALSE], y[i, o] - mean[o]) else mean[m]
    }
    if (!is.null(keys)) for (k in keys) { i <- which(dd$key == k); for (j in which(is.na(y[i, ]))) add(case, paste0("visits=", p, ";model=", model, ";likelihood=", if (restricted) "reml" else "ml", ";strategy=", strategy), paste0("value:", k, ":", j - 1), full[i, j], 1e-7, s) }
    coef(lm(full[, p] ~ dd$arm + dd$x))[[2]]
  })
}
for (setting in list(list("trial", "pooled", TRUE), list("monotone", "by_arm", TRUE), list("large_mean", "pooled", FALSE))) {
  case <- setting[[1]]; model <- setting[[2]]; restricted <- setting[[3]]; p <- fitting$p_of[[case]]; dd <- fitting$d[fitting$d$case == case, ]
  strategies <- c("mar", "j2r", "cr", "cir"); n <- nrow(dd)
  all <- estimate(dd, case, model, restricted, strategies, p, dd$key[!complete.cases(dd[, paste0("v", 1:p)])])
  without <- sapply(seq_len(n), function(i) estimate(dd[-i, ], case, model, restricted, strategies, p))
  for (k in strategies) {
    se <- sqrt((n - 1) / n * sum((without[k, ] - mean(without[k, ]))^2)); o <- paste0("visits=", p, ";model=", model, ";likelihood=", if (restricted) "reml" else "ml", ";strategy=", k); z <- all[[k]] / se
    v <- c(estimate = all[[k]], se = se, z = z, p = 2 * pnorm(-abs(z)), lower = all[[k]] - qnorm(0.975) * se, upper = all[[k]] + qnorm(0.975) * se, without_0 = without[k, order(dd$key, method = "radix")[1]])
    for (key in names(v)) add(case, o, key, v[[key]], 1e-6, s)
    cat(case, model, k, "\n"); print(v, digits = 12)
  }
}
finish()
