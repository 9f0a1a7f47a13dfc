using System.Text;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Names that people are given, of many languages: they tell a person from a title or a service.
/// </summary>
internal static class GivenNames
{
    private const int CharsMax = 64;
    private const string Text = """
        Aarav Aaron Abdul Abdullah Abebe Abena Abigail Adaeze Adam Adebayo Adele Adrian Adriana Adrien Agata
        Agnes Agnieszka Ahmed Aiko Ailsa Aimee Aino Aisha Aisling Aislinn Ajay Akash Akiko Akira Akosua Alain
        Alan Albert Alberto Alejandro Aleksander Aleksandra Alena Alessandra Alessandro Alessia Alex
        Alexander Alexandra Alexandre Alexei Alfonso Alfred Alfredo Ali Alice Alicia Alin Alina Aline Alison
        Alistair Allison Alvaro Amadou Amaia Amal Amalia Amanda Amara Ambrose Amelia Amelie Amina Aminata
        Amir Amira Amit Amita Amrita Amy Ana Anabel Anand Ananya Anastasia Anatoly Anders Andre Andrea
        Andreas Andrei Andres Andrew Andrius Andrzej Andy Aneta Anette Angela Angelika Angelo Angus Anika
        Anil Anish Anita Anja Anjali Anke Ann Anna Annabel Anne Anneke Annemarie Annette Annika Ansgar
        Anthony Antje Antoine Anton Antonella Antonia Antonio Anya Aoife Apinya Ariadne Arjun Arlo Armando
        Arnaud Arne Arnold Artem Arthur Arturo Arun Arvid Asha Ashley Ashok Asif Asma Astrid Atsushi Audrey
        Augusto Aurelia Aurelie Axel Ayaan Ayaka Ayse Ayumi Aziz Babak Balazs Barbara Barbora Barry Bart
        Bartosz Bas Bastian Beata Beate Beatrice Beatriz Belen Ben Benedikt Benjamin Benoit Bente Bernadette
        Bernard Bernardo Bernd Bertrand Bettina Bhavna Bianca Bilal Bill Birgit Bjarne Bjorn Blanca Bob
        Bogdan Boris Brandon Branka Breandan Brenda Brendan Brian Bridget Brigitte Britta Bruce Bruno Bryan
        Caio Caitlin Caleb Cameron Camila Camilla Camille Carina Carl Carla Carlo Carlos Carlotta Carmen
        Carol Carolina Caroline Carrie Carsten Casper Catalina Catarina Catherine Catriona Cecilia Cedric
        Celine Cem Cesar Chantal Charles Charlie Charlotte Chen Chiamaka Chiara Chidi Chika Chinedu Chinwe
        Chioma Chloe Chris Christa Christian Christiane Christina Christine Christoffer Christoph Christophe
        Christopher Cian Ciara Cillian Claire Clara Clare Claude Claudia Claudio Clemens Clement Colette
        Colin Connor Conor Constance Corinna Cormac Cornelia Cosmin Courtney Craig Cristina Cynthia Cyril
        Dagmar Daiki Dalia Damian Damien Damir Dan Danica Daniel Daniela Danielle Danijel Danilo Danuta
        Daphne Dario Darius Darren Dave David Davide Dawid Debbie Deborah Declan Deepak Deepika Delphine
        Demetrius Denis Denise Deniz Dennis Derek Desmond Devika Dhruv Diana Diarmuid Diego Dieter Dilara
        Dilip Dimitri Dimitrios Dina Dirk Divya Dmitri Dmitry Dmytro Dolores Domenico Dominic Dominik
        Dominique Donald Donna Dorian Dorota Dorothea Doug Douglas Dragan Duncan Dusan Dylan Ebony Eda Edgar
        Edith Edoardo Eduard Eduardo Edvard Edward Edwin Eero Efe Eileen Einar Eirik Eivind Ekaterina Elaine
        Eleanor Elena Eleni Eleonora Elias Elif Elijah Elin Elisa Elisabeth Elise Elizabeth Ella Ellen Elliot
        Elliott Eloise Elvira Emanuel Emeka Emil Emilia Emilie Emilio Emily Emine Emma Emmanuel Emre Enrique
        Enzo Eric Erica Erik Erika Ernest Ernesto Erwin Esra Esteban Estelle Ester Esther Etienne Eugene
        Eugenia Eugenio Eunice Eva Evan Evelyn Ewa Ezgi Ezra Fabian Fabien Fabio Faisal Farah Fatima Fatma
        Fatou Federica Federico Felicia Felicity Felipe Felix Ferdinand Fergus Fernanda Fernando Filip Finn
        Fiona Flavia Flavio Florian Frances Francesca Francesco Francisco Franck Frank Franz Franziska Fred
        Freddie Frederic Frederick Frederik Freja Freya Frida Friederike Friedrich Fumiko Gabor Gabriel
        Gabriela Gael Gareth Gary Gaurav Gavin Geert Gemma Genevieve Geoffrey Georg George Georgi Georgia
        Georgina Georgios Gerald Gerard Gerardo Gerd Germaine Gertrud Giacomo Gianluca Gianni Gilbert Gilles
        Gina Giorgio Giovanna Giovanni Gisela Gitte Giulia Giuseppe Glenn Goran Gordon Graham Grainne Greg
        Gregor Gregory Greta Grzegorz Guadalupe Gudrun Guido Guilherme Guillaume Gulsen Gunnar Gunther
        Gustavo Guy Gwen Gwendolyn Gyorgy Habib Hadiza Hakan Halima Hamid Hamza Hana Hanna Hannah Hanne
        Hannelore Hannes Hans Hansjorg Harald Haris Harish Harold Harriet Harry Haruka Hasan Hassan Hatice
        Haziq Heather Hector Hedwig Heidi Heike Heiko Heinrich Heinz Helen Helena Helene Helga Helge Helmut
        Hendrik Henrik Henry Hernan Herve Hideki Hilary Hilda Hiroko Hiroshi Hisham Holger Horst Howard
        Hubert Huda Hugo Hussein Hyun Iain Ian Ibrahim Idris Ignacio Igor Ikram Ilaria Ilya Iman Imani Imogen
        Imran Indira Ines Inga Inge Ingeborg Ingrid Inigo Ioana Ioannis Irene Irina Isaac Isaak Isabel
        Isabella Isadora Isha Ismail Istvan Itzel Ivan Ivana Ivo Iwona Izabela Jacek Jack Jackie Jacob
        Jacqueline Jacques Jagoda Jaime Jakob Jakub Jamal James Jamie Jamila Jan Jana Jane Janet Janice
        Janine Janis Janna Janusz Jared Jarek Jaroslav Jasmin Jasmine Jason Jasper Javi Javier Jayden Jean
        Jeff Jeffrey Jelena Jenna Jennifer Jenny Jens Jeremy Jerome Jerry Jerzy Jesper Jesse Jessica Jesus
        Jill Jim Jiri Jitka Joachim Joan Joanna Joao Jocelyn Jochen Jody Joe Joel Joelle Joerg Johan Johanna
        Johannes John Johnny Jolanta Jon Jonas Jonathan Jordi Jorg Jorge Jorgen Jose Josef Joseph Josephine
        Joshua Josue Joyce Jozef Juan Judith Julia Julian Juliana Juliane Julie Julien Juliet Juliette Julio
        Jun Junko Jurgen Justin Jyoti Kaan Kacper Kai Kamal Kamil Kamila Kaori Karel Karen Karim Karin Karina
        Karl Karolin Karolina Karsten Kasia Kasper Katarina Katarzyna Kate Katerina Katharina Katherine
        Kathleen Kathrin Katja Katrin Katrina Katrine Kaveh Kavita Kayla Kazimierz Kazuki Keiko Keira Keith
        Kelly Kelvin Kemal Ken Kenji Kenneth Kerry Kerstin Kevin Khadija Khalid Kieran Kim Kimberly Kiran
        Kirsten Kirsty Klara Klaudia Klaus Knut Kofi Koji Konstantin Kostas Kristian Kristin Kristina
        Kristine Kristof Kristoffer Krzysztof Kumar Kunal Kurt Kwabena Kwame Kyle Kyoko Lachlan Lakshmi
        Lamine Lana Lara Larissa Lars Lasse Latisha Laura Laurence Laurent Laurie Layla Lea Leah Leandro Leif
        Leila Lena Leo Leon Leonardo Leonie Leopold Leslie Leszek Leticia Levi Lia Liam Lidia Liesbeth Lieven
        Lila Lili Lilian Liliana Lillian Lina Linda Linh Linnea Lionel Lisa Lise Livia Liz Lorena Lorenzo
        Lorna Lothar Lotte Louis Louise Luana Lubos Luca Lucas Lucia Luciana Luciano Lucie Lucien Lucy
        Ludovic Ludwig Luis Luisa Luiz Lukas Lukasz Luke Lutz Lydia Lynn Maarten Maciej Madeleine Mads Magda
        Magdalena Magnus Mahesh Mahmoud Maik Maite Maja Makoto Malgorzata Malik Malin Malte Manfred Manish
        Manisha Manoj Manon Manuel Manuela Mara Marc Marcel Marcela Marcelo Marcia Marcin Marco Marcos Marcus
        Marek Margaret Margarita Margaux Margit Margrit Maria Mariam Mariana Marianne Marie Marieke Mariela
        Marija Marika Marilyn Marina Mario Marion Marius Mariusz Marjolein Mark Marko Markus Marlene Marlon
        Marta Martha Martin Martina Mary Masako Matej Mateo Mateus Mateusz Mathias Mathieu Matias Matilda
        Matt Matteo Matthew Matthias Matthieu Matthijs Mattias Maureen Maurice Mauricio Mauro Max Maxim
        Maxime Maximilian Maya Mayumi Meera Megan Mehdi Mehmet Mei Meike Melanie Melissa Mercedes Meret Merve
        Mia Micah Michael Michaela Michal Michel Michele Michelle Michiko Midori Miguel Miguela Mihaela Mihai
        Mikael Mike Mikhail Mila Milan Milos Mina Mireille Mirela Miriam Mirko Miroslav Misaki Mitchell
        Mohamed Mohammad Mohammed Mohan Moira Mona Monica Monika Montserrat Morgan Moritz Morten Moses
        Muhammad Mukesh Murat Musa Mustafa Mustapha Myriam Nadia Nadine Nadja Nancy Naoko Naomi Narendra
        Nasrin Natalia Natalie Natascha Natasha Nathalie Nathan Nathaniel Naveen Neha Neil Nele Nelson Ngozi
        Niamh Nicholas Nick Nicola Nicolai Nicolas Nicole Nicoletta Niels Nigel Nikhil Nikita Niklas Nikola
        Nikolai Nikolaos Nils Nilufer Nina Niranjan Nisha Nitin Noah Noel Noemi Noemie Noor Nora Norbert
        Noriko Nuala Nuno Nuria Nurul Octavia Odile Oisin Okechukwu Oksana Olaf Olav Ole Oleg Olena Olga
        Oliver Olivera Olivia Olivier Olumide Omar Omer Onur Oriana Orla Oscar Osman Ottavio Otto Owen Oyvind
        Pablo Padraig Paige Pallavi Palle Paloma Pamela Panagiotis Paolo Pascal Pascale Patrice Patricia
        Patrick Patrik Patryk Patti Paul Paula Paulina Pauline Paulo Pavel Pawel Pedro Peggy Penelope Per
        Perttu Peter Petr Petra Petros Philip Philipp Philippe Phillip Phoebe Pia Pierre Piers Pieter Pilar
        Piotr Polina Pooja Pradeep Prakash Pramod Pranav Prasad Preeti Preston Priya Przemyslaw Quentin
        Rachel Rachele Rada Radek Radovan Rafael Rafaela Rafal Raghav Rahul Raimund Rainer Raisa Raj Rajesh
        Rajiv Rakesh Ralf Ralph Ramesh Rami Ramon Ramona Randall Rania Raphael Raquel Rashid Rasmus Raul Ravi
        Raymond Rebecca Reiner Reinhard Rekha Remi Renata Renate Renaud Rene Reza Rhiannon Rhys Ricardo
        Riccardo Richard Rina Rita Rivka Rob Robert Roberta Roberto Robin Rocio Rodrigo Roger Rohan Roisin
        Roland Rolf Romain Roman Ron Ronald Rosa Rosalie Rosalind Rosemary Ross Roxana Roxanne Ruben Rudolf
        Rudy Rukmini Runa Rupert Ruslan Russell Ruta Ruth Ryan Sabina Sabine Sabrina Sachin Sadia Sakura
        Salma Salman Salvador Salvatore Sam Samantha Samir Samuel Samuele Sandra Sandy Sanjay Sanna Santiago
        Santosh Saoirse Sara Sarah Sascha Saskia Satoshi Satya Saul Scott Sean Sebastian Selin Selina Selma
        Serena Serge Sergei Sergey Sergio Serkan Shane Shannon Sharon Shaun Shawn Sheila Shirin Shizuka
        Shreya Shreyas Siegfried Sigrid Silke Silvana Silvia Silvio Simon Simona Simone Sinead Siobhan Siri
        Slavko Snezana Sofia Solange Solveig Sondre Sonia Sonja Sophia Sophie Soraya Sorcha Soren Stanislav
        Stanislaw Stavros Stefan Stefania Stefanie Steffen Stella Stephan Stephanie Stephen Steve Steven Stig
        Stine Stuart Sudha Sudhir Sunil Suresh Susan Susanne Suzanna Suzanne Sven Svenja Svetlana Swati
        Sybille Sylvia Szymon Taavi Tabea Tadashi Tadeusz Taiwo Takashi Takumi Talia Tamar Tamara Tamas Tania
        Tanja Tanvi Tanya Tara Tarek Tariq Tatiana Tatjana Ted Temitope Terence Teresa Tess Tessa Thandiwe
        Thea Theo Theodor Theodore Theresa Theresia Thiago Thibault Thierry Thilo Thomas Thorsten Thulani
        Thuy Tiago Tilman Tim Timo Timothy Tina Tobiah Tobias Todd Tom Tomas Tomasz Tomislav Tommy Tomoko
        Toni Tony Torben Tore Torsten Toshiro Traci Tracy Travis Trevor Trine Tristan Trond Tuan Tugba Tunde
        Ubaldo Udo Ugo Ulf Ulla Ulrich Ulrike Umar Urs Ursula Uta Ute Uwe Vaclav Valentin Valentina Valeria
        Valerie Valerio Vanessa Vasily Veerle Venkat Vera Veronica Veronika Vicente Vicky Victoire Victor
        Victoria Vidya Vijay Vikas Vikram Viktor Viktoria Viktorija Vilma Vincent Vinod Violeta Virginie
        Vishal Vittoria Vivek Vivian Viviane Vlad Vladimir Vojtech Volkan Volker Walter Wanda Wanjiru Warren
        Wei Wendy Werner Wiebke Wiktor Wilhelm Willem William Wilma Wim Winston Wojciech Wolfgang Wouter
        Xavier Xiang Ximena Yael Yannick Yannis Yara Yasemin Yasmin Yaw Yetunde Yoko Yosef Youssef Yuki
        Yukiko Yulia Yuna Yuri Yuriko Yusuf Yuval Yves Yvette Yvonne Zachary Zainab Zbigniew Zdenek Zeynep
        Zlatan Zoe Zofia Zoltan Zuzana
        """;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Names = new HashSet<string>(
        Text.Split(
            (char[])[' ', '\n'],
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        ),
        StringComparer.OrdinalIgnoreCase
    ).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <param name="name">As a piece has it; accents do not matter.</param>
    public static bool Has(ReadOnlySpan<char> name)
    {
        if (Ascii.IsValid(name))
            return Names.Contains(name);
        Span<char> plain = stackalloc char[CharsMax];
        return name.Length <= CharsMax && Names.Contains(plain[..Letters.WithoutAccents(name, plain)]);
    }
}
