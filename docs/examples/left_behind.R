# What `leftbehind` writes, read by R (base R alone). Before:
#
#   leftbehind tables R --out pack --table children --year 2010
#   leftbehind survey R --design design.toml --out sample --as csv
#
# Rscript left_behind.R pack sample

folders <- commandArgs(trailingOnly = TRUE)
read <- function(folder, name) read.csv(file.path(folder, name), encoding = "UTF-8")

# Tables count simulated people: the codebook says by how much to multiply.
children <- read(folders[1], "children.csv")
book <- read(folders[1], "codebook.csv")
how <- book$weighting[book$table == "children" & book$column == "number"]
scale <- as.numeric(gsub("[^0-9]", "", how))
cat("children", sum(children$number) * scale, "\n")

# Hours are sums over the children of a row: divide by their number.
cat("hours", sum(children$unsupervised_hours) / sum(children$number), "\n")

# Codes join with boundaries; here with where the prefectures' seats lie.
seats <- read(folders[1], "prefectures.csv")
by_place <- aggregate(number ~ code, children, sum)
on_map <- merge(by_place, seats, by = "code")
cat("places", nrow(on_map), "without a place", nrow(by_place) - nrow(on_map), "\n")

# A survey's sample: a total and its standard error, places taken as drawn with replacement. (With
# the package survey: svydesign(~cluster, weights = ~weight_answered, data = answered).)
people <- read(folders[2], "sample.csv")
first <- people[people$year == min(people$year), ]
worth <- ifelse(is.na(first$acwf_2010), 0, first$acwf_2010 * first$weight_answered)
sums <- tapply(worth, first$cluster, sum)
cat("estimate", sum(sums), "error", sqrt(length(sums) * var(as.vector(sums))), "\n")
