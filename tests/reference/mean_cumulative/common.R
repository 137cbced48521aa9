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
# data.csv: case, id, group, kind (end or event), time. survfit with id gives the mean cumulative function as cumhaz; its robust
# error is the infinitesimal jackknife, the same as Lawless & Nadeau's.
suppressMessages(library(survival))
make <- function() {
  set.seed(11); out <- list()
  for (case in c("frail", "rounded")) for (i in 1:(if (case == "frail") 40 else 30)) {
    end <- runif(1, 5, 30); z <- rgamma(1, 1.5, 1.5); g <- i %% 2; t <- cumsum(rexp(60, 0.12 * z * (1 + 0.8 * g))); t <- t[t < end]
    if (case == "frail") { end <- round(end, 3); t <- unique(round(t, 3)) } else { end <- ceiling(end / 2); t <- unique(ceiling(t / 2)) }
    t <- t[t > 0 & t <= end]
    out[[length(out) + 1]] <- data.frame(case, id = i - 1, group = g, kind = c("end", rep("event", length(t))), time = c(end, t))
  }
  small <- data.frame(case = "small", id = c(0, 0, 0, 1, 1, 2, 3, 3, 3, 4, 5), group = c(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1), kind = c("end", "event", "event", "end", "event", "end", "end", "event", "event", "end", "end"), time = c(10, 2, 5, 4, 2, 6, 9, 2, 9, 9, 3))
  none <- data.frame(case = "none", id = 0:2, group = c(0, 0, 1), kind = "end", time = c(3, 4, 5))
  do.call(rbind, c(out, list(small, none)))
}
if (!file.exists("data.csv")) write.csv(make(), "data.csv", row.names = FALSE, quote = FALSE)
rows_of <- function(dd) do.call(rbind, lapply(split(dd, dd$id), function(x) {
  end <- x$time[x$kind == "end"]; t <- sort(x$time[x$kind == "event"]); stop <- unique(c(t, end)); data.frame(id = x$id[1], group = x$group[1], start = c(0, stop[-length(stop)]), stop, status = as.integer(stop %in% t)) }))
