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
# data.csv: case, group, value. auc: invented, of the size of exposures. Reference: t.test on natural logarithms.
if (!file.exists("data.csv")) {
  set.seed(21)
  g <- function(case, a, b) rbind(data.frame(case, group = "a", value = a), data.frame(case, group = "b", value = b))
  write.csv(rbind(g("auc", signif(rlnorm(14, 6, 0.4), 4), signif(rlnorm(11, 5.8, 0.6), 4)), g("pairs", c(12.1, 9.4, 15.2, 8.8, 10.1, 7.5), c(10.2, 9.9, 11.8, 8.1, 9.7, 6.6)),
    g("ties", c(1, 1, 2, 2, 2, 8), c(1, 2, 4, 4)), g("wide", c(1e-6, 3, 2e5, 40), c(7e-4, 1e8)), g("single", 3.5, c(2, 4, 9)), g("constant", rep(2, 3), rep(3, 4)), g("zero", c(1, 0, 4), c(2, 3))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "t.test on logarithms")
for (case in setdiff(unique(d$case), c("zero", "constant"))) {
  x <- lapply(c(a = "a", b = "b"), function(k) d$value[d$case == case & d$group == k])
  for (k in names(x)) for (level in c(0.95, 0.9)) {
    v <- x[[k]]; o <- paste0("part=summary;group=", k, ";level=", level)
    add(case, o, "mean", exp(mean(log(v))), 1e-12, paste("R", getRversion(), "by formula"))
    if (length(v) > 1) {
      t <- t.test(log(v), conf.level = level)
      add(case, o, "sd", exp(sd(log(v))), 1e-12, paste("R", getRversion(), "by formula")); add(case, o, "cv", sqrt(exp(var(log(v))) - 1), 1e-12, paste("R", getRversion(), "by formula"))
      add(case, o, "lower", exp(t$conf.int[1]), 1e-11, s); add(case, o, "upper", exp(t$conf.int[2]), 1e-11, s)
    } else add(case, o, "cv", "NE(TooFewValues)", 0, "definition")
  }
  ratio <- function(o, t, ratio) {
    cat("\n", case, o, "\n"); print(t)
    add(case, o, "ratio", ratio, 1e-12, s); add(case, o, "lower", exp(t$conf.int[1]), 1e-11, s); add(case, o, "upper", exp(t$conf.int[2]), 1e-11, s)
    add(case, o, "p", t$p.value, 1e-10, s); add(case, o, "df", t$parameter[[1]], 1e-11, s)
  }
  for (level in c(0.95, 0.9)) {
    gm <- exp(mean(log(x$a)) - mean(log(x$b)))
    ratio(paste0("part=ratio;variances=equal;level=", level), t.test(log(x$a), log(x$b), var.equal = TRUE, conf.level = level), gm)
    if (length(x$a) > 1) ratio(paste0("part=ratio;variances=unequal;level=", level), t.test(log(x$a), log(x$b), conf.level = level), gm)
    if (length(x$a) == length(x$b)) ratio(paste0("part=paired;level=", level), t.test(log(x$a), log(x$b), paired = TRUE, conf.level = level), gm)
  }
}
add("single", "part=ratio;variances=unequal;level=0.95", "ratio", "NE(TooFewValues)", 0, "definition"); add("zero", "part=summary;group=a;level=0.95", "mean", "NE(InvalidArgument)", 0, "definition")
add("constant", "part=ratio;variances=equal;level=0.95", "ratio", "NE(ZeroVariance)", 0, "definition"); add("constant", "part=summary;group=a;level=0.95", "cv", 0, 1e-12, "definition")
add("none", "part=summary;group=a;level=0.95", "mean", "NE(TooFewValues)", 0, "definition"); add("none", "part=ratio;variances=equal;level=0.95", "ratio", "NE(EmptyGroup)", 0, "definition")
finish()
