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
# data.csv: case, group, value. sleep: Student (1908); equal variances t = -1.8608, 18 degrees of freedom,
# paired t = -4.0621, 9 degrees of freedom, as printed in the help page of R's t.test.
if (!file.exists("data.csv")) {
  set.seed(2)
  g <- function(case, a, b) rbind(data.frame(case, group = "a", value = a), data.frame(case, group = "b", value = b))
  write.csv(rbind(g("sleep", sleep$extra[1:10], sleep$extra[11:20]),
                  g("unequal", round(rnorm(23, 5, 1), 3), round(rnorm(11, 6, 7), 3)),
                  g("ties", sample(0:3, 30, TRUE), sample(0:3, 41, TRUE)),
                  g("one_constant", rep(2, 5), c(1, 3, 4, 8)),
                  g("single", 3, c(1, 2, 4, 9)),
                  g("constant", rep(1, 4), rep(2, 3))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv")
s <- paste("R", getRversion(), "t.test")
put <- function(case, o, t) {
  e <- if (length(t$estimate) == 2) t$estimate[[1]] - t$estimate[[2]] else t$estimate[[1]]
  v <- c(estimate = e, standard_error = t$stderr, df = t$parameter[[1]], t = t$statistic[[1]], p = t$p.value, lower = t$conf.int[1], upper = t$conf.int[2])
  for (k in names(v)) add(case, o, k, v[[k]], 1e-9, s)
}
for (case in c("sleep", "unequal", "ties", "one_constant")) for (l in c(0.9, 0.95)) {
  a <- d$value[d$case == case & d$group == "a"]; b <- d$value[d$case == case & d$group == "b"]
  if (l == 0.95) { cat("\n", case, "\n"); print(t.test(a, b)); print(t.test(a, b, var.equal = TRUE)) }
  put(case, paste0("test=equal;level=", l), t.test(a, b, var.equal = TRUE, conf.level = l))
  put(case, paste0("test=unequal;level=", l), t.test(a, b, conf.level = l))
  put(case, paste0("test=one_sample;null=0.5;level=", l), t.test(b, mu = 0.5, conf.level = l))
}
a <- sleep$extra[1:10]; b <- sleep$extra[11:20]
print(t.test(a, b, paired = TRUE)); put("sleep", "test=paired;level=0.95", t.test(a, b, paired = TRUE))
p <- "Student (1908) by the help page of t.test"
add("sleep", "test=equal;level=0.95", "t", "-1.8608", 1e-4, p); add("sleep", "test=equal;level=0.95", "p", "0.07919", 1e-4, p)
add("sleep", "test=paired;level=0.95", "t", "-4.0621", 1e-4, p)
a <- d$value[d$case == "single" & d$group == "a"]; b <- d$value[d$case == "single" & d$group == "b"]
put("single", "test=equal;level=0.95", t.test(a, b, var.equal = TRUE))
add("single", "test=unequal;level=0.95", "p", "NE(TooFewValues)", 0, "definition")
add("constant", "test=equal;level=0.95", "p", "NE(ZeroVariance)", 0, "definition")
add("constant", "test=unequal;level=0.95", "p", "NE(ZeroVariance)", 0, "definition")
add("none", "test=unequal;level=0.95", "p", "NE(EmptyGroup)", 0, "definition")
finish()
