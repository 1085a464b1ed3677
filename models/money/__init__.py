"""What the rules of money come to: lines, runs, invoices. Rests on the registers, and is asked by all who charge."""
