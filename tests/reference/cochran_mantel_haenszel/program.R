# Run in this folder: Rscript program.R > listing.txt
rows <- list()
add <- function(case, options, key, value, tolerance, source) {
  if (is.numeric(value)) value <- sprintf("%.17g", value)
  rows[[length(rows) + 1]] <<- data.frame(case, options, key, value, tolerance, source)
}
finish <- function(packages = character()) {
  out <- do.call(rbind, rows)
  write.csv(out, "expected.csv", row.names = FALSE, quote = FALSE)
  cat("\n", nrow(out), "expected values written\n")
  for (p in packages) cat(p, format(packageVersion(p)), "\n")
  print(R.version.string)
}
s <- paste("R", getRversion())
suppressMessages(library(coin))
# data.csv: case, stratum, row, column, count. job: R help of mantelhaen.test (Agresti 2002, table 7.8); hair: R
# HairEyeColor; arthritis: R vcd Arthritis (Koch & Edwards 1988); berkeley: R UCBAdmissions; invented: an empty row and
# column, strata of one subject, a stratum with one row only.
if (!file.exists("data.csv")) {
  Job <- array(c(1,2,0,0, 3,3,1,2, 11,17,8,4, 2,3,5,2, 1,0,0,0, 1,3,0,1, 2,5,7,9, 1,1,3,6), dim = c(4, 4, 2))
  long <- function(case, a) { g <- expand.grid(row = seq_len(dim(a)[1]), column = seq_len(dim(a)[2]), stratum = seq_len(dim(a)[3])); data.frame(case, g[c("stratum", "row", "column")], count = as.vector(a)) }
  sparse <- array(0, c(3, 4, 6))
  sparse[, , 1] <- c(3, 2, 0, 1, 4, 0, 0, 0, 0, 2, 5, 0); sparse[, , 2] <- c(1, 0, 0, 2, 2, 0, 0, 0, 0, 0, 3, 0)
  sparse[1, 1, 3] <- 1; sparse[1, , 4] <- c(2, 1, 0, 3); sparse[, , 6] <- c(0, 4, 0, 3, 1, 0, 0, 0, 0, 2, 2, 0)
  single <- array(c(12, 5, 7, 9, 3, 8, 2, 6, 11), c(3, 3, 1))
  set.seed(11); many <- array(rpois(3 * 5 * 12, 1.3), c(3, 5, 12))
  write.csv(rbind(long("job", Job), long("hair", unclass(HairEyeColor)), long("arthritis", unclass(aperm(with(vcd::Arthritis, table(Treatment, Improved, Sex)), 1:3))),
    long("berkeley", unclass(UCBAdmissions)), long("sparse", sparse), long("single", single), long("many", many),
    long("apart", array(c(1, 0, 3, 0, 0, 2, 0, 1), c(2, 2, 2)))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv")
# The definition by whole matrices (Landis, Heyman & Koch 1978): B (n - m) and B V B' with Kronecker products, Moore-Penrose inverse.
whole <- function(x, A_row, A_col) {
  G <- 0; V <- 0
  for (k in unique(x$stratum)) {
    t <- xtabs(count ~ row + column, x[x$stratum == k, ]); N <- sum(t); if (N < 2) next
    r <- rowSums(t); c <- colSums(t); B <- kronecker(A_col(c, N), A_row(r, N))
    S <- function(m) diag(m, length(m)) - m %o% m / N
    G <- G + B %*% (as.vector(t) - as.vector(r %o% c) / N); V <- V + B %*% kronecker(S(c), S(r)) %*% t(B) / (N - 1)
  }
  e <- eigen(V, symmetric = TRUE); use <- e$values > 1e-10 * max(e$values)
  q <- sum((t(e$vectors[, use, drop = FALSE]) %*% G)^2 / e$values[use])
  c(chi_square = q, df = sum(use), p = pchisq(q, sum(use), lower.tail = FALSE))
}
score <- function(kind, given) function(n, N) matrix(switch(kind, table = given, integer = seq_along(n), { r <- cumsum(n) - n + (n + 1) / 2; switch(kind, rank = r, ridit = r / N, modified_ridit = r / (N + 1)) }), 1)
identity_of <- function(n, N) diag(length(n))
tables <- list(job = list(c(3, 10, 20, 35), c(1, 3, 4, 5)), hair = list(c(1, 2, 4, 8), c(0, 1, 1.5, 7)), arthritis = list(c(0, 1), c(0, 1, 4)), berkeley = list(1:2, 1:2), sparse = list(c(1, 2, 9), c(1, 2, 3, 9)), single = list(c(-1, 0, 3), c(0, 1, 10)), many = list(c(5, 2, 1), c(1, 2, 4, 8, 16)))
for (id in setdiff(unique(d$case), "apart")) {
  x <- d[d$case == id, ]; put <- function(o, v, tol, source) for (k in names(v)) add(id, o, k, unname(v[[k]]), if (k == "df") 0 else tol, source)
  g <- whole(x, identity_of, identity_of); put("statistic=general", g, 1e-9, paste(s, "whole matrices"))
  e <- x[rep(seq_len(nrow(x)), x$count), ]; e <- e[ave(e$count, e$stratum, FUN = length) > 1, ]
  f <- data.frame(row = factor(e$row), column = factor(e$column), stratum = factor(e$stratum))
  block <- if (nlevels(f$stratum) > 1) f$stratum else NULL
  # The p-value of coin is 1 minus a tail; taken from its statistic instead.
  test <- function(formula, ...) { t <- independence_test(formula, data = data.frame(f, a = a, b = b), teststat = "quadratic", ...); c(chi_square = unname(statistic(t)), df = unname(t@statistic@df), p = pchisq(unname(statistic(t)), t@statistic@df, lower.tail = FALSE)) }
  a <- b <- numeric(nrow(f))
  put("statistic=general", test(if (is.null(block)) column ~ row else column ~ row | stratum), 1e-8, paste(s, "coin"))
  for (kind in c("table", "integer", "rank", "ridit", "modified_ridit")) {
    R <- score(kind, tables[[id]][[1]]); C <- score(kind, tables[[id]][[2]])
    put(paste0("statistic=row_mean;scores=", kind), whole(x, identity_of, C), 1e-9, paste(s, "whole matrices"))
    put(paste0("statistic=correlation;scores=", kind), whole(x, R, C), 1e-9, paste(s, "whole matrices"))
    # coin with the scores of each stratum as numbers.
    for (k in unique(e$stratum)) { w <- e$stratum == k; t <- xtabs(count ~ row + column, x[x$stratum == k, ]); a[w] <- R(rowSums(t), sum(t))[e$row[w]]; b[w] <- C(colSums(t), sum(t))[e$column[w]] }
    put(paste0("statistic=row_mean;scores=", kind), test(if (is.null(block)) b ~ row else b ~ row | stratum), 1e-8, paste(s, "coin"))
    put(paste0("statistic=correlation;scores=", kind), test(if (is.null(block)) b ~ a else b ~ a | stratum), 1e-8, paste(s, "coin"))
    if (id == "job") { cat("\n", kind, "\n"); print(rbind(row_mean = whole(x, identity_of, C), correlation = whole(x, R, C)), digits = 10) }
  }
  cat("\n", id, "general\n"); print(g, digits = 10)
}
# Agresti (2002), section 7.5.3, satisfaction scores 1, 3, 4, 5.
put <- function(o, key, value, tol) add("job", o, key, value, tol, "Agresti 2002")
put("statistic=general", "chi_square", 10.2, "abs 6e-2"); put("statistic=row_mean;scores=table", "chi_square", 9.0, "abs 6e-2")
j <- mantelhaen.test(xtabs(count ~ row + column + stratum, d[d$case == "job", ])); add("job", "statistic=general", "chi_square", unname(j$statistic), 1e-10, paste(s, "mantelhaen.test"))
b <- mantelhaen.test(xtabs(count ~ row + column + stratum, d[d$case == "berkeley", ]), correct = FALSE); add("berkeley", "statistic=general", "chi_square", unname(b$statistic), 1e-10, paste(s, "mantelhaen.test"))
add("apart", "statistic=general", "p", "NE(ZeroVariance)", 0, "definition"); add("apart", "statistic=row_mean;scores=modified_ridit", "p", "NE(ZeroVariance)", 0, "definition")
finish("coin")
