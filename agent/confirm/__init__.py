"""From a plan to its end: what will change, who agreed, what ran, how it is taken back, and the record of it all."""
