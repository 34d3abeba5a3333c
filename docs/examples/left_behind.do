* What leftbehind writes, read by Stata 14 or later. Before:
*
*   leftbehind tables R --out pack --table children --year 2010 --as dta
*   leftbehind panel R --people 5000 --from 2005 --to 2015 --out panel --as dta
*   leftbehind survey R --design design.toml --out sample --as dta

* Hours are sums over the children of a row: divide by their number.
use pack/children.dta, clear
collapse (sum) number unsupervised_hours, by(code province)
generate hours = unsupervised_hours / number
export delimited code number hours using by_code.csv, replace
* by_code.csv joins with boundaries by code

* A survey's sample: totals with standard errors.
use sample/sample.dta, clear
keep if outcome == "answered"
svyset cluster [pweight = weight_answered]
svy: total acwf_2010 mca_2016, over(year)

* A panel: how long the children of a year had been left behind.
use panel/states.dta, clear
keep if role == "member"
bysort person (year): generate years_left = sum(acwf_2010)
tabulate years_left if year == 2015 [iweight = weight]
